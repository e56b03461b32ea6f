-- Every singular value of every update that a sweep computed.
CREATE VIEW spectra AS
SELECT
  sweep.sweep_id, sweep.name AS sweep, delta.seed, origin.d, origin.k,
  ifnull(sweep_profile.label, sweep_module.name) AS profile, origin.noise, spectrum.position,
  spectrum.singular_value,
  recording.update_id, recording.recording_id
FROM sweep
JOIN recording ON recording.sweep_id = sweep.sweep_id
JOIN delta ON delta.update_id = recording.update_id
JOIN origin ON origin.origin_id = delta.origin_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = sweep.sweep_id
  AND sweep_profile.prescription_id = origin.prescription_id
LEFT JOIN sweep_module
  ON sweep_module.sweep_id = recording.sweep_id AND sweep_module.item = recording.item
JOIN spectrum ON spectrum.update_id = recording.update_id;
