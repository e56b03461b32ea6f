SELECT sweep_profile.label, prescription.definition, prescription.prescription_id
FROM sweep_profile
JOIN prescription ON prescription.prescription_id = sweep_profile.prescription_id
WHERE sweep_profile.sweep_id = :sweep_id;
