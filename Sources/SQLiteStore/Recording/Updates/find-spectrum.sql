-- An update's blocks of singular values.
SELECT
  s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18, s19, s20, s21, s22,
  s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
FROM prescription
JOIN draw ON draw.prescription_id = prescription.prescription_id
JOIN drawn_update ON drawn_update.draw_id = draw.draw_id
CROSS JOIN spectrum_block
  ON spectrum_block.block_id
    BETWEEN drawn_update.update_id << 10 AND (drawn_update.update_id << 10) + 1023
WHERE prescription.definition = :definition AND drawn_update.seed = :seed
  AND draw.d = :d AND draw.k = :k AND draw.position = :position
  AND ifnull(draw.noise, -1.0) = ifnull(:noise, -1.0)
  AND draw.generator = :generator
ORDER BY spectrum_block.block_id;
