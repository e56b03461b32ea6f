-- What a sweep measured, by its items.
SELECT sweep_module.item, sweep_module.name, module.sha256
FROM sweep_module
JOIN delta ON delta.update_id = sweep_module.update_id
JOIN module ON module.origin_id = delta.origin_id
WHERE sweep_module.sweep_id = :sweep_id
ORDER BY sweep_module.item;
