-- A sweep that is appended to may know the prescription already.
INSERT INTO sweep_profile (sweep_id, prescription_id, label)
VALUES (:sweep_id, :prescription_id, :label)
ON CONFLICT (sweep_id, prescription_id) DO NOTHING;
