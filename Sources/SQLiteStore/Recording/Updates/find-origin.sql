-- Through the index of what tells origins apart, with its expressions.
SELECT origin_id FROM origin
WHERE ifnull(generator, '') = ifnull(:generator, '') AND ifnull(position, -1) = ifnull(:position, -1)
  AND ifnull(d, 0) = ifnull(:d, 0) AND ifnull(k, 0) = ifnull(:k, 0)
  AND ifnull(prescription_id, 0) = ifnull(:prescription_id, 0)
  AND ifnull(noise, -1.0) = ifnull(:noise, -1.0) AND content IS NULL;
