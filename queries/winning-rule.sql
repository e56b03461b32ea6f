-- Which scaling rule wins, by profile and rank: the least mean error, and on how many seeds it wins.
--
-- :sweep sweep = latest   the sweep
-- :profile text = null    only this profile
-- :tie real = 1e-9        errors that differ by no more than this are a tie
-- :with_unit integer = 0  1 to let the rule unit in, which has s = 1 whatever α is: the floor for any rule
--
-- Rules are compared at the same shape, noise level, rank and α, and on the same updates: those where every
-- one of the rules has a finite error (seeds); the others are left_out. winner is the rule with the least
-- mean error over these, or all that tie for it ('lora = rslora' at rank 1, where both have s = α). won is on
-- how many seeds the winner is best with no other rule within the tie, shared on how many it is best
-- together with another, and runner_up the best of the rest. With the factors held fixed the rule nearer to
-- s = 1 wins on every seed, whatever the update; only errors measured elsewhere can be divided.
WITH
entrant AS MATERIALIZED (
  SELECT
    cell.cell_id, cell.rule,
    min(cell.cell_id) OVER contest AS contest_id,
    count(*) OVER contest AS entrants
  FROM cell
  JOIN sweep_profile
    ON sweep_profile.sweep_id = cell.sweep_id
    AND sweep_profile.prescription_id = cell.prescription_id
  WHERE cell.sweep_id = :sweep AND (:profile IS NULL OR sweep_profile.label = :profile)
    AND (cell.rule <> 'unit' OR :with_unit <> 0)
  WINDOW contest AS (
    PARTITION BY cell.prescription_id, cell.d, cell.k, cell.noise, cell.rank, cell.alpha
  )
),
-- A cell that has been recorded twice for an update counts with its mean.
measured AS (
  SELECT
    run.recording_id, entrant.contest_id, entrant.cell_id, entrant.entrants,
    CASE WHEN count(run.error) = count(*) THEN avg(run.error) END AS error
  FROM recording
  CROSS JOIN run ON run.recording_id = recording.recording_id
  JOIN entrant ON entrant.cell_id = run.cell_id
  WHERE recording.sweep_id = :sweep AND entrant.entrants > 1
  GROUP BY run.recording_id, entrant.contest_id, entrant.cell_id
),
placed AS (
  SELECT
    *,
    count(error) OVER update_contest = entrants AS is_compared,
    error <= min(error) OVER update_contest + :tie AS is_best
  FROM measured
  WINDOW update_contest AS (PARTITION BY recording_id, contest_id)
),
shared AS (
  SELECT *, sum(is_best) OVER (PARTITION BY recording_id, contest_id) AS best
  FROM placed
),
-- One row a rule of a contest.
result AS MATERIALIZED (
  SELECT
    contest_id, cell_id,
    sum(is_compared) AS seeds, sum(NOT is_compared) AS left_out,
    avg(error) FILTER (WHERE is_compared) AS mean,
    ifnull(sum(is_best AND best = 1) FILTER (WHERE is_compared), 0) AS won,
    ifnull(sum(is_best AND best > 1) FILTER (WHERE is_compared), 0) AS shared
  FROM shared
  GROUP BY contest_id, cell_id
),
ranked AS (
  SELECT
    result.*, entrant.rule,
    result.mean <= min(result.mean) OVER (PARTITION BY result.contest_id) + :tie AS is_winner
  FROM result
  JOIN entrant ON entrant.cell_id = result.cell_id
  ORDER BY result.contest_id, result.cell_id
),
summed AS (
  SELECT
    contest_id,
    group_concat(rule, ' = ') FILTER (WHERE is_winner) AS winner,
    min(mean) AS mean,
    min(mean) FILTER (WHERE NOT is_winner) AS next_mean,
    max(seeds) AS seeds, max(left_out) AS left_out,
    max(won) FILTER (WHERE is_winner) AS won, max(shared) FILTER (WHERE is_winner) AS shared
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
  summed.next_mean AS runner_up_error_mean, summed.left_out
FROM summed
JOIN cell ON cell.cell_id = summed.contest_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
ORDER BY
  min(cell.cell_id) OVER (PARTITION BY cell.prescription_id, cell.d, cell.k, cell.noise),
  cell.rank, cell.alpha;
