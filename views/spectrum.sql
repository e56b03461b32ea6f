-- σ₁ ≥ σ₂ ≥ …, position from 1.
CREATE VIEW spectrum AS
SELECT update_id, position, singular_value
FROM (
  SELECT
    delta.update_id,
    ((spectrum_block.block_id & 1023) << 5) + spectrum_place.place AS position,
    CASE spectrum_place.place
      WHEN 1 THEN s1
      WHEN 2 THEN s2
      WHEN 3 THEN s3
      WHEN 4 THEN s4
      WHEN 5 THEN s5
      WHEN 6 THEN s6
      WHEN 7 THEN s7
      WHEN 8 THEN s8
      WHEN 9 THEN s9
      WHEN 10 THEN s10
      WHEN 11 THEN s11
      WHEN 12 THEN s12
      WHEN 13 THEN s13
      WHEN 14 THEN s14
      WHEN 15 THEN s15
      WHEN 16 THEN s16
      WHEN 17 THEN s17
      WHEN 18 THEN s18
      WHEN 19 THEN s19
      WHEN 20 THEN s20
      WHEN 21 THEN s21
      WHEN 22 THEN s22
      WHEN 23 THEN s23
      WHEN 24 THEN s24
      WHEN 25 THEN s25
      WHEN 26 THEN s26
      WHEN 27 THEN s27
      WHEN 28 THEN s28
      WHEN 29 THEN s29
      WHEN 30 THEN s30
      WHEN 31 THEN s31
      WHEN 32 THEN s32
    END AS singular_value
  FROM delta
  CROSS JOIN spectrum_block
  CROSS JOIN spectrum_place
  WHERE spectrum_block.block_id BETWEEN delta.update_id << 10 AND (delta.update_id << 10) + 1023
)
WHERE singular_value IS NOT NULL;
