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
  SELECT group_of.group_id, ranks.update_id, ranks.positions, ranks.share_rank AS rank
  FROM spectrum_ranks(:sweep, :share) AS ranks
  CROSS JOIN weight_update ON weight_update.update_id = ranks.update_id
  JOIN group_of
    ON group_of.prescription_id IS weight_update.prescription_id
    AND group_of.d IS weight_update.d AND group_of.k IS weight_update.k
    AND group_of.noise IS weight_update.noise
  WHERE :share BETWEEN 0 AND 1
),
by_spectrum AS MATERIALIZED (
  SELECT group_id, rank, count(*) AS updates
  FROM update_of
  WHERE positions > 0
  GROUP BY group_id, rank
),
found (group_id, rank, recorded_rank, updates) AS (
  -- A sweep records an update at every rank of its grid, and at each it captures what its spectrum says.
  SELECT
    by_spectrum.group_id, by_spectrum.rank,
    (
      SELECT min(cell.rank)
      FROM cell
      WHERE cell.sweep_id = :sweep
        AND cell.prescription_id = group_of.prescription_id
        AND cell.d = group_of.d AND cell.k = group_of.k AND cell.noise IS group_of.noise
        AND cell.rank >= by_spectrum.rank
    ),
    by_spectrum.updates
  FROM by_spectrum
  JOIN group_of ON group_of.group_id = by_spectrum.group_id
  WHERE (SELECT source FROM sweep WHERE sweep_id = :sweep) = 'sweep'
    AND by_spectrum.rank IS NOT NULL
  UNION ALL
  SELECT
    update_of.group_id, update_of.rank,
    (
      SELECT min(cell.rank)
      FROM recording
      CROSS JOIN run ON run.recording_id = recording.recording_id
      CROSS JOIN cell ON cell.cell_id = run.cell_id
      WHERE recording.update_id = update_of.update_id AND recording.sweep_id = :sweep
        AND run.variance_captured >= :share - 1e-12
    ),
    1
  FROM update_of
  WHERE (SELECT source FROM sweep WHERE sweep_id = :sweep) <> 'sweep' OR update_of.positions = 0
)
SELECT
  sweep_profile.label AS profile, group_of.d, group_of.k, group_of.noise, :share AS share,
  sum(found.updates) AS updates,
  ifnull(sum(found.updates) FILTER (WHERE found.rank IS NOT NULL), 0) AS spectra,
  sum(found.rank * found.updates) * 1.0
    / sum(found.updates) FILTER (WHERE found.rank IS NOT NULL) AS spectrum_rank_mean,
  min(found.rank) AS spectrum_rank_min, max(found.rank) AS spectrum_rank_max,
  CASE sum(found.updates)
    WHEN sum(found.updates) FILTER (WHERE found.recorded_rank IS NOT NULL)
      THEN sum(found.recorded_rank * found.updates) * 1.0 / sum(found.updates)
  END AS recorded_rank_mean,
  min(found.recorded_rank) AS recorded_rank_min,
  CASE sum(found.updates)
    WHEN sum(found.updates) FILTER (WHERE found.recorded_rank IS NOT NULL)
      THEN max(found.recorded_rank)
  END AS recorded_rank_max,
  ifnull(sum(found.updates) FILTER (WHERE found.recorded_rank IS NULL), 0) AS recorded_short
FROM found
JOIN group_of ON group_of.group_id = found.group_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = :sweep
  AND sweep_profile.prescription_id = group_of.prescription_id
GROUP BY group_of.group_id
ORDER BY group_of.group_id;
