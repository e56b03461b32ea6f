-- Parameters in the order of their first use, as the reader binds them.
SELECT spectrum.singular_value
FROM prescription
JOIN weight_update ON weight_update.prescription_id = prescription.prescription_id
JOIN spectrum ON spectrum.update_id = weight_update.update_id
WHERE prescription.definition = :definition AND weight_update.seed = :seed
  AND weight_update.d = :d AND weight_update.k = :k AND weight_update.position = :position
  AND ifnull(weight_update.noise, -1.0) = ifnull(:noise, -1.0)
  AND weight_update.generator = :generator
ORDER BY spectrum.position;
