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
DELETE FROM run_metric
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = run_metric.run_id AND cell.sweep_id = :sweep_id
  );
DELETE FROM curve_point
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = curve_point.run_id AND cell.sweep_id = :sweep_id
  );
DELETE FROM run_info
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = run_info.run_id AND cell.sweep_id = :sweep_id
  );
DELETE FROM training_step
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = training_step.run_id AND cell.sweep_id = :sweep_id
  );
DELETE FROM training_run
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = training_run.run_id AND cell.sweep_id = :sweep_id
  );
DELETE FROM logged_run
WHERE run_id BETWEEN
    (SELECT min(recording_id) FROM recording WHERE sweep_id = :sweep_id)
    AND (SELECT max(recording_id + runs - 1) FROM recording WHERE sweep_id = :sweep_id)
  AND EXISTS (
    SELECT 1 FROM measured_run
    JOIN cell ON cell.cell_id = measured_run.cell_id
    WHERE measured_run.run_id = logged_run.run_id AND cell.sweep_id = :sweep_id
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
  FROM (
    SELECT update_id
    FROM (
      SELECT update_id FROM recording WHERE sweep_id = :sweep_id
      UNION
      SELECT update_id FROM sweep_module WHERE sweep_id = :sweep_id
    ) AS used
    WHERE NOT EXISTS (
        SELECT 1 FROM recording AS other
        WHERE other.update_id = used.update_id AND other.sweep_id <> :sweep_id
      )
      AND NOT EXISTS (
        SELECT 1 FROM sweep_module AS other
        WHERE other.update_id = used.update_id AND other.sweep_id <> :sweep_id
      )
  ) AS own
  CROSS JOIN spectrum_block
    ON spectrum_block.block_id
      BETWEEN own.update_id << 10 AND (own.update_id << 10) + 1023
);
DELETE FROM delta
WHERE update_id IN (
  SELECT update_id
  FROM (
    SELECT update_id FROM recording WHERE sweep_id = :sweep_id
    UNION
    SELECT update_id FROM sweep_module WHERE sweep_id = :sweep_id
  ) AS used
  WHERE NOT EXISTS (
      SELECT 1 FROM recording AS other
      WHERE other.update_id = used.update_id AND other.sweep_id <> :sweep_id
    )
    AND NOT EXISTS (
      SELECT 1 FROM sweep_module AS other
      WHERE other.update_id = used.update_id AND other.sweep_id <> :sweep_id
    )
);
DELETE FROM recording WHERE sweep_id = :sweep_id;
DELETE FROM execution WHERE sweep_id = :sweep_id;
DELETE FROM sweep_module WHERE sweep_id = :sweep_id;
DELETE FROM module WHERE origin_id NOT IN (SELECT origin_id FROM delta);
DELETE FROM origin WHERE origin_id NOT IN (SELECT origin_id FROM delta);
DELETE FROM training
WHERE training_id NOT IN (SELECT training_id FROM cell WHERE training_id IS NOT NULL);
DELETE FROM parameter_set
WHERE parameter_set_id NOT IN (SELECT parameter_set_id FROM cell WHERE parameter_set_id IS NOT NULL);
DELETE FROM parameter WHERE parameter_set_id NOT IN (SELECT parameter_set_id FROM parameter_set);
DELETE FROM metric
WHERE is_built_in = 0
  AND metric_id NOT IN (SELECT metric_id FROM run_metric)
  AND metric_id NOT IN (SELECT metric_id FROM curve_point)
  AND metric NOT IN (SELECT metric FROM cell_summary);
DELETE FROM sweep_profile WHERE sweep_id = :sweep_id;
DELETE FROM tag WHERE sweep_id = :sweep_id;
DELETE FROM sweep WHERE sweep_id = :sweep_id;
DELETE FROM prescription
WHERE prescription_id NOT IN (SELECT prescription_id FROM sweep_profile)
  AND prescription_id NOT IN (
    SELECT prescription_id FROM origin WHERE prescription_id IS NOT NULL
  );
