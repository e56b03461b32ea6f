-- The singular values of a sweep's updates, a block of 32 a row; an update without a spectrum has a row of NULLs. The
-- limit keeps the order: by id, or by the first recording (:by_recording).
SELECT
  recorded.update_id, recorded.origin_id, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13,
  s14, s15, s16, s17, s18, s19, s20, s21, s22, s23, s24, s25, s26, s27, s28, s29, s30, s31, s32
FROM (
  SELECT recording.update_id, delta.origin_id
  FROM recording
  CROSS JOIN delta ON delta.update_id = recording.update_id
  WHERE recording.sweep_id = :sweep_id
  GROUP BY recording.update_id
  ORDER BY CASE WHEN :by_recording THEN min(recording.recording_id) ELSE recording.update_id END
  LIMIT -1
) AS recorded
LEFT JOIN spectrum_block
  ON spectrum_block.block_id BETWEEN recorded.update_id << 10 AND (recorded.update_id << 10) + 1023;
