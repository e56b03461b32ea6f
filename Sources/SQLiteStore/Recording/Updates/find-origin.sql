-- Through the index of what tells origins apart, with its expressions.
SELECT origin_id FROM origin
WHERE ifnull(generator, '') = ifnull(:generator, '') AND ifnull(position, -1) = ifnull(:position, -1)
  AND ifnull(d, 0) = :d AND ifnull(k, 0) = :k AND ifnull(prescription_id, 0) = :prescription_id
  AND ifnull(noise, -1.0) = ifnull(:noise, -1.0) AND content IS NULL;
