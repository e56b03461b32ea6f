-- Which scaling rule wins, by profile and rank: the least mean error, and on how many seeds it wins.
--
-- :sweep sweep = latest   the sweep
-- :profile text = null    only this profile
-- :tie real = 1e-9        errors that differ by no more than this are a tie
-- :with_unit integer = 0  1 to let the rule unit in, which has s = 1 whatever α is: the floor for any rule
-- shows: profile, rank, alpha, winner, error_mean, runner_up, runner_up_error_mean
--
-- Rules are compared at the same shape, noise level, rank, α and parameters, and on the same updates: those
-- where every one of the rules has finite errors alone (seeds); the others are left_out. Repeats of one update
-- count once, with their mean. winner is the rule with the least mean error over these, or all that tie for it
-- ('lora = rslora' at rank 1, where both have s = α). won is on how many seeds the winner is best with no other
-- rule within the tie, shared on how many it is best together with another, and runner_up the best of the rest.
-- A rule with several scales of its own takes part once with each. With the factors held fixed the rule nearer
-- to s = 1 wins on every seed, whatever the update; only errors measured elsewhere can be divided.
WITH
candidate AS (
  SELECT
    cell.cell_id, ifnull(cell.rule, 'none') AS rule, cell.label_scale,
    min(cell.cell_id) OVER contest AS contest_id,
    count(*) OVER contest AS entrants
  FROM cell
  LEFT JOIN sweep_profile
    ON sweep_profile.sweep_id = cell.sweep_id
    AND sweep_profile.prescription_id = cell.prescription_id
  WHERE cell.sweep_id = :sweep AND (:profile IS NULL OR sweep_profile.label = :profile)
    AND (cell.rule IS NOT 'unit' OR :with_unit <> 0)
  WINDOW contest AS (
    PARTITION BY
      cell.prescription_id, cell.d, cell.k, cell.noise, cell.rank, cell.alpha, cell.training_id,
      cell.parameter_set_id
  )
),
entrant AS MATERIALIZED (
  SELECT
    cell_id, contest_id, entrants,
    rule || CASE
      WHEN label_scale IS NOT NULL AND count(*) OVER (PARTITION BY contest_id, rule) > 1
        THEN ' (s = ' || label_scale || ')'
      ELSE ''
    END AS rule
  FROM candidate
),
-- Of runs that lorabook did not compute: one row for each update and cell, without an error where any of its
-- runs has none.
measured AS (
  SELECT
    recording.update_id, cell.rank, cell.alpha, cell.parameter_set_id, cell.cell_id,
    CASE count(*) WHEN count(run.error) THEN avg(run.error) END AS error
  FROM recording
  CROSS JOIN run ON run.recording_id = recording.recording_id
  CROSS JOIN cell ON cell.cell_id = run.cell_id
  WHERE recording.sweep_id = :sweep AND (cell.rule IS NOT 'unit' OR :with_unit <> 0)
    AND NOT (SELECT is_computed FROM sweep JOIN source USING (source) WHERE sweep_id = :sweep)
  -- Not through the index of updates, which is that of all sweeps.
  GROUP BY +recording.update_id, run.cell_id
),
-- The rules of a contest on one update, which gives profile, shape and noise; the least error first. What
-- lorabook computed has one run of an update in a cell, and needs no grouping, which takes as long as the rest.
placed AS (
  SELECT
    run.cell_id, error,
    count(error) OVER of_update AS present,
    -- So that an update is counted once, whichever rules it has.
    row_number() OVER of_update = 1 AS is_first,
    error <= min(error) OVER of_update + :tie AS is_best,
    nth_value(error, 2) OVER of_update <= min(error) OVER of_update + :tie AS is_shared
  FROM recording
  CROSS JOIN run ON run.recording_id = recording.recording_id
  CROSS JOIN cell ON cell.cell_id = run.cell_id
  WHERE recording.sweep_id = :sweep AND (cell.rule IS NOT 'unit' OR :with_unit <> 0)
    AND (SELECT is_computed FROM sweep JOIN source USING (source) WHERE sweep_id = :sweep)
  WINDOW of_update AS (
    PARTITION BY recording.update_id, cell.rank, cell.alpha, cell.training_id ORDER BY error
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
  UNION ALL
  SELECT
    cell_id, error,
    count(error) OVER of_update AS present,
    -- So that an update is counted once, whichever rules it has.
    row_number() OVER of_update = 1 AS is_first,
    error <= min(error) OVER of_update + :tie AS is_best,
    nth_value(error, 2) OVER of_update <= min(error) OVER of_update + :tie AS is_shared
  FROM measured
  WINDOW of_update AS (
    PARTITION BY update_id, rank, alpha, parameter_set_id ORDER BY error
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
  )
),
-- Whether all rules were there is asked of these few rows, not of every run.
counted AS MATERIALIZED (
  SELECT
    cell_id, present, count(*) AS updates, sum(is_first) AS counts, sum(error) AS error,
    ifnull(sum(is_best AND NOT is_shared), 0) AS won, ifnull(sum(is_best AND is_shared), 0) AS shared
  FROM placed
  GROUP BY cell_id, present
),
compared AS (
  SELECT
    counted.*, entrant.contest_id, entrant.rule, counted.present = entrant.entrants AS is_compared
  FROM counted
  JOIN entrant ON entrant.cell_id = counted.cell_id
  WHERE entrant.entrants > 1
),
-- One row a rule of a contest.
result AS MATERIALIZED (
  SELECT
    contest_id, cell_id, rule,
    total(counts) FILTER (WHERE is_compared) AS seeds,
    total(counts) FILTER (WHERE NOT is_compared) AS left_out,
    sum(error) FILTER (WHERE is_compared) / sum(updates) FILTER (WHERE is_compared) AS mean,
    total(won) FILTER (WHERE is_compared) AS won,
    total(shared) FILTER (WHERE is_compared) AS shared
  FROM compared
  GROUP BY contest_id, cell_id
),
ranked AS (
  SELECT
    *, mean <= min(mean) OVER (PARTITION BY contest_id) + :tie AS is_winner
  FROM result
  ORDER BY contest_id, cell_id
),
summed AS (
  SELECT
    contest_id,
    group_concat(rule, ' = ') FILTER (WHERE is_winner) AS winner,
    min(mean) AS mean,
    min(mean) FILTER (WHERE NOT is_winner) AS next_mean,
    CAST(total(seeds) AS INTEGER) AS seeds, CAST(total(left_out) AS INTEGER) AS left_out,
    CAST(max(won) FILTER (WHERE is_winner) AS INTEGER) AS won,
    CAST(max(shared) FILTER (WHERE is_winner) AS INTEGER) AS shared
  FROM ranked
  GROUP BY contest_id
)
SELECT
  sweep_profile.label AS profile, cell.d, cell.k, cell.noise, cell.rank, cell.alpha,
  summed.winner, summed.mean AS error_mean,
  (
    SELECT mean FROM cell_summary
    WHERE cell_id = summed.contest_id AND metric = 'truncation_error'
  ) AS truncation_error_mean,
  summed.seeds, summed.won, summed.shared,
  (
    SELECT ranked.rule FROM ranked
    WHERE ranked.contest_id = summed.contest_id AND ranked.mean = summed.next_mean
    ORDER BY ranked.cell_id LIMIT 1
  ) AS runner_up,
  summed.next_mean AS runner_up_error_mean, summed.left_out, cell.cell_id
FROM summed
JOIN cell ON cell.cell_id = summed.contest_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
ORDER BY
  min(cell.cell_id) OVER (PARTITION BY cell.prescription_id, cell.d, cell.k, cell.noise),
  cell.rank, cell.alpha, cell.cell_id;
