-- How much of the squared error is truncation, which no scaling wins back, and how much is the scale.
--
-- :sweep sweep = latest   the sweep
-- :profile text = null    only this profile
-- :rule text = null       only this scaling rule
-- shows: profile, rank, rule, squared_error, truncation_share, scaling_share
--
-- error² = truncation_error² + (1 − s)²·variance_captured, each a mean over the n seeds: the mean of squares
-- is mean² + Σ(x − mean)²/n, and s is the same for all of a cell. The shares are of the sum of both
-- parts, and unexplained is error² less that sum, to 12 decimals: 0 unless the error was measured in another
-- way. The parts are empty where error, truncation_error and variance_captured are not finite in equally
-- many runs.
WITH part AS (
  SELECT
    cell.*, sweep_profile.label, ifnull(error.n, 0) AS n,
    error.mean * error.mean + error.squared_deviations / error.n AS squared_error,
    CASE WHEN error.n = truncation.n AND error.n = captured.n THEN
      truncation.mean * truncation.mean + truncation.squared_deviations / truncation.n
    END AS squared_truncation,
    CASE WHEN error.n = truncation.n AND error.n = captured.n THEN
      (1 - cell.scale) * (1 - cell.scale) * captured.mean
    END AS squared_scaling
  FROM cell
  LEFT JOIN sweep_profile
    ON sweep_profile.sweep_id = cell.sweep_id
    AND sweep_profile.prescription_id = cell.prescription_id
  LEFT JOIN cell_summary AS error ON error.cell_id = cell.cell_id AND error.metric = 'error'
  LEFT JOIN cell_summary AS truncation
    ON truncation.cell_id = cell.cell_id AND truncation.metric = 'truncation_error'
  LEFT JOIN cell_summary AS captured
    ON captured.cell_id = cell.cell_id AND captured.metric = 'variance_captured'
  WHERE cell.sweep_id = :sweep
    AND (:profile IS NULL OR sweep_profile.label = :profile)
    AND (:rule IS NULL OR cell.rule = :rule)
)
SELECT
  label AS profile, d, k, noise, rank, alpha, rule, scale, n, squared_error,
  squared_truncation, squared_scaling,
  squared_truncation / nullif(squared_truncation + squared_scaling, 0) AS truncation_share,
  squared_scaling / nullif(squared_truncation + squared_scaling, 0) AS scaling_share,
  round(squared_error - (squared_truncation + squared_scaling), 12) + 0.0 AS unexplained,
  cell_id
FROM part
ORDER BY min(cell_id) OVER (PARTITION BY prescription_id, d, k, noise), rank, alpha, cell_id;
