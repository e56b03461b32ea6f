SELECT sweep.sweep_id, sweep.name, ifnull(source.is_computed, 0)
FROM sweep
LEFT JOIN source ON source.source = sweep.source
ORDER BY sweep.sweep_id;
