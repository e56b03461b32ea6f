-- What is said last holds.
INSERT INTO run_info (run_id, name, value) VALUES (:run_id, :name, :value)
ON CONFLICT (run_id, name) DO UPDATE SET value = excluded.value
WHERE value <> excluded.value;
