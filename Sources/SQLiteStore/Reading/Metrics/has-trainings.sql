SELECT 1 FROM cell
WHERE training_id IS NOT NULL AND sweep_id IN (SELECT value FROM json_each(:sweep_ids))
LIMIT 1;
