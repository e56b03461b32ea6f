-- When a sweep is appended to, its prescription may be recorded already.
INSERT INTO sweep_profile (sweep_id, prescription_id, label)
VALUES (:sweep_id, :prescription_id, :label)
ON CONFLICT (sweep_id, prescription_id) DO NOTHING;
