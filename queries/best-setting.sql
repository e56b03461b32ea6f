-- The rank, α and scaling rule with the least mean error, for each profile, shape and noise level.
--
-- :sweep sweep = latest     the sweep
-- :rule text = null         only this scaling rule
-- :most_rank integer = null no rank above this one
-- :least_n integer = 1      only settings with at least so many errors to average
-- :with_unit integer = 0    1 to let the rule unit in, which has s = 1 whatever α is: the floor for any rule
-- shows: profile, rank, alpha, rule, error_mean, error_sd
--
-- Of settings whose means are equal to 12 digits the one of the smallest rank is given, then of the
-- smallest α, and equally_good says how many others there are. A setting of which a run diverged or has no
-- error recorded is no candidate, since its mean is over the runs that went well: left_out counts those.
-- The least of many noisy means is lower than what a repetition would give; see error_sd and n.
WITH
-- Read run by run only where the sums leave some of the sweep's runs out.
without_error (cell_id) AS MATERIALIZED (
  SELECT DISTINCT run.cell_id
  FROM (
    SELECT 1 FROM sweep
    WHERE sweep_id = :sweep AND recorded_runs > (
      SELECT total(cell_summary.n)
      FROM cell
      JOIN cell_summary ON cell_summary.cell_id = cell.cell_id AND cell_summary.metric = 'error'
      WHERE cell.sweep_id = :sweep
    )
  )
  CROSS JOIN recording ON recording.sweep_id = :sweep
  CROSS JOIN run ON run.recording_id = recording.recording_id
  WHERE run.error IS NULL
),
candidate AS (
  SELECT
    cell.*, summary.n, summary.mean, summary.squared_deviations,
    cell.cell_id IN (SELECT cell_id FROM without_error) AS is_left_out
  FROM cell
  LEFT JOIN cell_summary AS summary
    ON summary.cell_id = cell.cell_id AND summary.metric = 'error'
  WHERE cell.sweep_id = :sweep
    AND (:rule IS NULL OR cell.rule = :rule)
    AND (cell.rule IS NOT 'unit' OR :with_unit <> 0 OR :rule = 'unit')
    AND (:most_rank IS NULL OR cell.rank <= :most_rank)
),
compared AS (
  SELECT
    *,
    min(cell_id) OVER setting AS first_cell,
    sum(is_left_out) OVER setting AS left_out,
    min(mean) FILTER (WHERE NOT is_left_out AND n >= :least_n) OVER setting AS least
  FROM candidate
  WINDOW setting AS (PARTITION BY prescription_id, d, k, noise)
),
best AS (
  SELECT
    *,
    count(*) OVER setting AS equals,
    row_number() OVER (setting ORDER BY rank, alpha, cell_id) AS place
  FROM compared
  WHERE NOT is_left_out AND n >= :least_n AND mean <= least + 1e-12 * abs(least)
  WINDOW setting AS (PARTITION BY prescription_id, d, k, noise)
)
SELECT
  sweep_profile.label AS profile, best.d, best.k, best.noise, best.rank, best.alpha, best.rule,
  best.scale, best.n, best.mean AS error_mean,
  -- Squares of very large and very small errors are no doubles.
  CASE
    WHEN best.squared_deviations > 1e300 OR (best.mean <> 0 AND abs(best.mean) < 1e-140) THEN (
      SELECT stddev(run.error)
      FROM recording
      CROSS JOIN run ON run.recording_id = recording.recording_id
      WHERE recording.sweep_id = :sweep AND run.cell_id = best.cell_id
    )
    ELSE sqrt(best.squared_deviations / nullif(best.n - 1, 0))
  END AS error_sd,
  (
    SELECT mean FROM cell_summary
    WHERE cell_id = best.cell_id AND metric = 'truncation_error'
  ) AS truncation_error_mean,
  best.equals - 1 AS equally_good, best.left_out, best.cell_id
FROM best
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = best.sweep_id
  AND sweep_profile.prescription_id = best.prescription_id
WHERE best.place = 1
ORDER BY best.first_cell;
