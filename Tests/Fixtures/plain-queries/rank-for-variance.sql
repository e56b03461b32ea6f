-- The smallest rank that captures a given share of the variance, over the seeds of each profile and shape.
--
-- :sweep sweep = latest   the sweep
-- :share real = 0.9       the share of Σσ² to capture, from 0 to 1; there is no answer outside
-- shows: profile, share, updates, spectrum_rank_mean, spectrum_rank_min, spectrum_rank_max
--
-- spectrum_rank is the smallest r with Σᵢ≤ᵣ σᵢ² ≥ share·Σσ², from the spectrum: (σ/σ₁)² are summed from the
-- smallest, and a share missed by less than 1e-12 counts as reached. recorded_rank is the smallest rank at
-- which a run was recorded that captures the share: never smaller, and how much larger depends on
-- the grid. recorded_short counts the updates that reach it at no recorded rank; where there are any, the
-- mean and the largest of the others would flatter, and are empty. What was logged or imported has no
-- spectrum, and its runs are asked.
WITH
group_of AS MATERIALIZED (
  SELECT
    min(cell_id) AS group_id, prescription_id, d, k, noise
  FROM cell
  WHERE sweep_id = :sweep
  GROUP BY prescription_id, d, k, noise
),
update_of AS MATERIALIZED (
  SELECT group_of.group_id, recorded.update_id
  FROM (SELECT DISTINCT update_id FROM recording WHERE sweep_id = :sweep) AS recorded
  JOIN weight_update ON weight_update.update_id = recorded.update_id
  JOIN group_of
    ON group_of.prescription_id IS weight_update.prescription_id
    AND group_of.d IS weight_update.d AND group_of.k IS weight_update.k
    AND group_of.noise IS weight_update.noise
  WHERE :share BETWEEN 0 AND 1
),
relative AS (
  SELECT
    update_of.update_id, update_of.group_id, spectrum.position,
    spectrum.singular_value / largest.s1 AS x
  FROM update_of
  CROSS JOIN spectrum_block AS largest ON largest.block_id = update_of.update_id << 10
  CROSS JOIN spectrum ON spectrum.update_id = update_of.update_id
),
energy AS (
  SELECT
    update_id, group_id, sum(x * x) OVER from_the_smallest AS tail,
    sum(x * x) OVER (PARTITION BY update_id) AS total
  FROM relative
  WINDOW from_the_smallest AS (
    PARTITION BY update_id ORDER BY position DESC ROWS UNBOUNDED PRECEDING
  )
),
-- As many positions are needed as begin a tail that is too large to be left out.
by_spectrum AS MATERIALIZED (
  SELECT
    update_id, group_id, max(1, sum(tail > (1 - :share + 1e-12) * total)) AS rank
  FROM energy
  GROUP BY update_id
),
-- A sweep records an update at every rank of its grid, and at each it captures what its spectrum says.
by_grid AS (
  SELECT
    by_spectrum.group_id, by_spectrum.rank,
    (
      SELECT min(cell.rank)
      FROM cell
      WHERE cell.sweep_id = :sweep
        AND cell.prescription_id = group_of.prescription_id
        AND cell.d = group_of.d AND cell.k = group_of.k AND cell.noise IS group_of.noise
        AND cell.rank >= by_spectrum.rank
    ) AS recorded_rank
  FROM (SELECT DISTINCT group_id, rank FROM by_spectrum) AS by_spectrum
  JOIN group_of ON group_of.group_id = by_spectrum.group_id
  WHERE (SELECT source FROM sweep WHERE sweep_id = :sweep) = 'sweep'
),
found AS (
  SELECT by_spectrum.group_id, by_spectrum.rank, by_grid.recorded_rank
  FROM by_spectrum
  JOIN by_grid ON by_grid.group_id = by_spectrum.group_id AND by_grid.rank = by_spectrum.rank
  UNION ALL
  SELECT
    update_of.group_id, by_spectrum.rank,
    (
      SELECT min(cell.rank)
      FROM recording
      CROSS JOIN run ON run.recording_id = recording.recording_id
      CROSS JOIN cell ON cell.cell_id = run.cell_id
      WHERE recording.update_id = update_of.update_id AND recording.sweep_id = :sweep
        AND run.variance_captured >= :share - 1e-12
    )
  FROM update_of
  LEFT JOIN by_spectrum ON by_spectrum.update_id = update_of.update_id
  WHERE (SELECT source FROM sweep WHERE sweep_id = :sweep) <> 'sweep'
    OR by_spectrum.update_id IS NULL
)
SELECT
  sweep_profile.label AS profile, group_of.d, group_of.k, group_of.noise, :share AS share,
  count(*) AS updates,
  count(found.rank) AS spectra, avg(found.rank) AS spectrum_rank_mean,
  min(found.rank) AS spectrum_rank_min, max(found.rank) AS spectrum_rank_max,
  CASE count(*) WHEN count(found.recorded_rank) THEN avg(found.recorded_rank) END
    AS recorded_rank_mean,
  min(found.recorded_rank) AS recorded_rank_min,
  CASE count(*) WHEN count(found.recorded_rank) THEN max(found.recorded_rank) END
    AS recorded_rank_max,
  count(*) - count(found.recorded_rank) AS recorded_short
FROM found
JOIN group_of ON group_of.group_id = found.group_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = :sweep
  AND sweep_profile.prescription_id = group_of.prescription_id
GROUP BY group_of.group_id
ORDER BY group_of.group_id;
