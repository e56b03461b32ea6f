-- Profiles measured elsewhere whose definitions do not follow from their labels.
SELECT sweep.sweep_id, sweep.name AS sweep, sweep_profile.label, prescription.definition
FROM sweep
JOIN sweep_profile ON sweep_profile.sweep_id = sweep.sweep_id
JOIN source ON source.source = sweep.source
JOIN prescription ON prescription.prescription_id = sweep_profile.prescription_id
WHERE NOT source.is_computed AND sweep.spec = ''
  AND prescription.definition <> 'external:' || sweep_profile.label;
