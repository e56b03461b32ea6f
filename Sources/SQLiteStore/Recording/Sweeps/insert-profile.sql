INSERT INTO sweep_profile (sweep_id, prescription_id, label)
VALUES (:sweep_id, :prescription_id, :label);
