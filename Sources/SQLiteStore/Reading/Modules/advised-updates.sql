-- The updates of a sweep that have a spectrum, each once: a module by its name, a drawn update by its profile.
SELECT DISTINCT
  recording.update_id, ifnull(sweep_module.name, sweep_profile.label) AS name, origin.d, origin.k,
  origin.noise, module.kind, module.adapter_scale, sweep_module.adapter_rule
FROM recording
JOIN delta ON delta.update_id = recording.update_id
JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN sweep_module
  ON sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = recording.sweep_id
  AND sweep_profile.prescription_id = origin.prescription_id
LEFT JOIN module ON module.origin_id = origin.origin_id
WHERE recording.sweep_id = :sweep_id
  AND EXISTS (
    SELECT 1 FROM spectrum_block WHERE spectrum_block.block_id = recording.update_id << 10
  )
ORDER BY recording.recording_id;
