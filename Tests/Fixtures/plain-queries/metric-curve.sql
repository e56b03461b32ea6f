-- How a metric that was logged step by step develops: its mean over the repeats of each setting.
--
-- :sweep sweep = latest   the sweep
-- :metric text = loss     the metric
-- :ignore text = []       parameters that tell no settings apart, as a JSON array of their names
-- shows: profile, rank, rule, parameters, step, mean, sd
--
-- One row a setting and step. n is how many finite values the mean is over, sd their sample standard deviation, empty
-- for one; diverged counts the others. parameters are those that users gave, as a JSON object.
WITH
setting AS MATERIALIZED (
  SELECT
    cell.cell_id, cell.prescription_id, sweep_profile.label AS profile, cell.d, cell.k, cell.noise,
    cell.rank, cell.alpha, cell.rule, cell.label_scale,
    (
      SELECT json_group_object(name, coalesce(number, value))
      FROM (
        SELECT name, number, value FROM parameter
        WHERE parameter.parameter_set_id = cell.parameter_set_id
          AND name NOT IN (SELECT value FROM json_each(:ignore))
        ORDER BY name
      )
    ) AS parameters
  FROM cell
  LEFT JOIN sweep_profile
    ON sweep_profile.sweep_id = cell.sweep_id
    AND sweep_profile.prescription_id = cell.prescription_id
  WHERE cell.sweep_id = :sweep
),
placed AS MATERIALIZED (
  SELECT
    *,
    min(cell_id) OVER (
      PARTITION BY prescription_id, d, k, noise, rank, alpha, rule, label_scale, parameters
    ) AS place
  FROM setting
)
SELECT
  placed.profile, placed.d, placed.k, placed.noise, placed.rank, placed.alpha, placed.rule,
  nullif(placed.parameters, '{}') AS parameters, curve_point.step, count(curve_point.value) AS n,
  avg(curve_point.value) AS mean, stddev(curve_point.value) AS sd,
  count(curve_point.diverged) AS diverged, placed.place AS cell_id
FROM recording
CROSS JOIN measured_run
CROSS JOIN placed
CROSS JOIN curve_point
WHERE recording.sweep_id = :sweep
  AND measured_run.run_id
    BETWEEN recording.recording_id AND recording.recording_id + recording.runs - 1
  AND placed.cell_id = measured_run.cell_id AND curve_point.run_id = measured_run.run_id
  AND curve_point.metric_id = (SELECT metric_id FROM metric WHERE metric.metric = :metric)
GROUP BY placed.place, curve_point.step
ORDER BY placed.place, curve_point.step;
