SELECT origin.generator, origin.position, origin.d, origin.k, prescription.definition, origin.noise
FROM origin
JOIN prescription ON prescription.prescription_id = origin.prescription_id
WHERE origin.origin_id = :origin_id;
