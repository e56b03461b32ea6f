-- What a sweep already knows by a label, or of a prescription.
SELECT prescription_id = :prescription_id AND label = :label AS is_same
FROM sweep_profile
WHERE sweep_id = :sweep_id AND (prescription_id = :prescription_id OR label = :label);
