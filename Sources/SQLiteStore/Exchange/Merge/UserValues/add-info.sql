-- What is said here stays.
INSERT INTO run_info (run_id, name, value) VALUES (:run_id, :name, :value) ON CONFLICT DO NOTHING;
