SELECT
  NULL AS sweep_id, NULL AS sweep, update_id, seed
FROM delta
WHERE NOT EXISTS (SELECT 1 FROM recording WHERE recording.update_id = delta.update_id);
