SELECT
  NULL AS sweep_id, NULL AS sweep, update_id, seed
FROM drawn_update
WHERE NOT EXISTS (SELECT 1 FROM recording WHERE recording.update_id = drawn_update.update_id);
