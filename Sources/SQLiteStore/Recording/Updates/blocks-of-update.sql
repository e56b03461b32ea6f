-- An update's singular values, with the number of each block from 0.
SELECT
  block_id & 1023, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15, s16, s17, s18,
  s19, s20, s21, s22, s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
FROM spectrum_block
WHERE block_id BETWEEN :update_id << 10 AND (:update_id << 10) + 1023
ORDER BY block_id;
