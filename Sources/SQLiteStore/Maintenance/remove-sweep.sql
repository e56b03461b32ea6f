-- Removes a sweep and everything that it alone used, children before their parents: foreign keys
-- are not enforced meanwhile, because a cascade would search for a cell's runs without an index.
-- Its runs lie between its first recording and its last; their cells tell them from other runs
-- there.
DELETE FROM divergence
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = divergence.run_id AND cell.sweep_id = :sweep_id
  );
DELETE FROM measured_run
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND cell_id IN (SELECT cell_id FROM cell WHERE sweep_id = :sweep_id);
DELETE FROM cell_summary
WHERE cell_id IN (SELECT cell_id FROM cell WHERE sweep_id = :sweep_id);
DELETE FROM cell WHERE sweep_id = :sweep_id;
DELETE FROM spectrum_block
WHERE block_id IN (
  SELECT spectrum_block.block_id
  FROM recording
  CROSS JOIN spectrum_block
    ON spectrum_block.block_id
      BETWEEN recording.update_id << 10 AND (recording.update_id << 10) + 1023
  WHERE recording.sweep_id = :sweep_id AND NOT EXISTS (
    SELECT 1 FROM recording AS other
    WHERE other.update_id = recording.update_id AND other.sweep_id <> :sweep_id
  )
);
DELETE FROM drawn_update
WHERE update_id IN (
  SELECT update_id FROM recording
  WHERE sweep_id = :sweep_id AND NOT EXISTS (
    SELECT 1 FROM recording AS other
    WHERE other.update_id = recording.update_id AND other.sweep_id <> :sweep_id
  )
);
DELETE FROM recording WHERE sweep_id = :sweep_id;
DELETE FROM draw WHERE draw_id NOT IN (SELECT draw_id FROM drawn_update);
DELETE FROM sweep_profile WHERE sweep_id = :sweep_id;
DELETE FROM tag WHERE sweep_id = :sweep_id;
DELETE FROM sweep WHERE sweep_id = :sweep_id;
DELETE FROM prescription
WHERE prescription_id NOT IN (SELECT prescription_id FROM sweep_profile)
  AND prescription_id NOT IN (SELECT prescription_id FROM draw);
