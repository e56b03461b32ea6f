-- The profiles of a sweep with a given label or prescription.
SELECT prescription_id = :prescription_id AND label = :label AS is_same
FROM sweep_profile
WHERE sweep_id = :sweep_id AND (prescription_id = :prescription_id OR label = :label);
