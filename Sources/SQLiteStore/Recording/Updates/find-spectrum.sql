-- An update's blocks of singular values, through the index of what tells origins apart, with its expressions. A plus sign
-- takes a column's affinity away, which an expression has not.
SELECT
  s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19, s20, s21, s22,
  s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
FROM prescription
CROSS JOIN origin ON ifnull(origin.prescription_id, 0) = +prescription.prescription_id
CROSS JOIN delta ON delta.origin_id = origin.origin_id AND delta.seed = :seed
CROSS JOIN spectrum_block
  ON spectrum_block.block_id
    BETWEEN delta.update_id << 10 AND (delta.update_id << 10) + 1023
WHERE prescription.definition = :definition
  AND ifnull(origin.d, 0) = :d AND ifnull(origin.k, 0) = :k
  AND ifnull(origin.position, -1) = :position
  AND ifnull(origin.noise, -1.0) = ifnull(:noise, -1.0)
  AND ifnull(origin.generator, '') = :generator AND origin.content IS NULL
ORDER BY spectrum_block.block_id;
