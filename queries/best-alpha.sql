-- The α that would bring each rule's error to its least at each rank, beside the α that was used.
--
-- :sweep sweep = latest   the sweep
-- :profile text = null    only this profile
-- :rule text = null       only this scaling rule
-- shows: profile, rank, rule, used_alpha, best_alpha, used_error_mean
--
-- error² = (1 − s)²·variance_captured + truncation_error², with the factors held fixed, is least at s = 1:
-- at α = r for lora (s = α/r), α = √r for rslora (s = α/√r), α = r^P for power:P (s = α/r^P), for every
-- update alike. What is left there is the truncation error. unit has s = 1 whatever α is: it has no
-- best_alpha. Nor have runs that were logged, imported or trained: their factors are not held fixed. The
-- errors are means over n and truncation_n finite values.
SELECT
  sweep_profile.label AS profile, cell.d, cell.k, cell.noise, cell.rank, cell.rule,
  cell.alpha AS used_alpha, cell.scale AS used_scale,
  ifnull(error.n, 0) AS n, error.mean AS used_error_mean,
  -- In computed cells alone it is certain that the rule gives s.
  CASE
    WHEN cell.training_id IS NOT NULL OR cell.parameter_set_id IS NOT NULL THEN NULL
    WHEN cell.rule = 'lora' THEN CAST(cell.rank AS REAL)
    WHEN cell.rule = 'rslora' THEN sqrt(cell.rank)
    WHEN cell.rule GLOB 'power:*' THEN pow(cell.rank, CAST(substr(cell.rule, 7) AS REAL))
  END AS best_alpha,
  ifnull(truncation.n, 0) AS truncation_n,
  CASE WHEN cell.training_id IS NULL AND cell.parameter_set_id IS NULL THEN truncation.mean END
    AS error_mean_at_scale_1,
  cell.cell_id
FROM cell
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
LEFT JOIN cell_summary AS error ON error.cell_id = cell.cell_id AND error.metric = 'error'
LEFT JOIN cell_summary AS truncation
  ON truncation.cell_id = cell.cell_id AND truncation.metric = 'truncation_error'
WHERE cell.sweep_id = :sweep
  AND (:profile IS NULL OR sweep_profile.label = :profile)
  AND (:rule IS NULL OR cell.rule = :rule)
ORDER BY
  min(cell.cell_id) OVER (PARTITION BY cell.prescription_id, cell.d, cell.k, cell.noise),
  cell.rank, cell.alpha, cell.cell_id;
