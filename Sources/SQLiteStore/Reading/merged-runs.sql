-- Runs of one recording, in their order. A diverged measurement is a text.
SELECT
  cell_id,
  coalesce(
    error,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND metric = 'error'
    )
  ),
  coalesce(
    truncation_error,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND metric = 'truncation_error'
    )
  ),
  coalesce(
    variance_captured,
    (
      SELECT value FROM divergence
      WHERE divergence.run_id = measured_run.run_id AND metric = 'variance_captured'
    )
  ),
  run_id
FROM measured_run
WHERE run_id BETWEEN :first AND :last
ORDER BY run_id;
