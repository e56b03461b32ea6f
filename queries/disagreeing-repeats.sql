-- Repeats that disagree where they should not: the same update and setting, recorded with another error.
--
-- :sweep sweep = latest       a sweep: its runs are compared with each other and with those of all others
-- :tolerance real = 1e-9      how far the errors may lie apart, as a share of the largest, or of 1 below it
-- shows: profile, seed, rank, rule, error_min, error_max
--
-- A repeat has the same update (generator, seed, place in the stream, shape, profile, noise) and all settings
-- of a cell; nothing random is left, so that what differs by more than rounding is another program, another
-- machine's fault, or a mistake in what was logged. Runs that name no seed are not known to be repeats. apart is the largest less the smallest finite error. A
-- repeat that diverged beside one that did not, or in another way, disagrees, and is listed first; a run
-- without an error says nothing. run_ids are those of the view runs.
WITH
shared AS (
  SELECT
    run.run_id, run.recording_id, run.cell_id, run.error, run.error_diverged,
    every.update_id, every.sweep_id
  FROM (SELECT DISTINCT update_id FROM recording WHERE sweep_id = :sweep) AS own
  CROSS JOIN recording AS every ON every.update_id = own.update_id
  CROSS JOIN run ON run.recording_id = every.recording_id
  WHERE
    -- A sweep run by lorabook holds no run twice, so that only another can repeat it.
    (
      NOT (SELECT is_computed FROM sweep JOIN source USING (source) WHERE sweep_id = :sweep)
      OR (SELECT count(*) FROM recording AS any WHERE any.update_id = own.update_id) > 1
    )
    AND (run.error IS NOT NULL OR run.error_diverged IS NOT NULL)
)
SELECT
  sweep_profile.label AS profile, weight_update.seed, cell.d, cell.k, cell.noise, cell.rank,
  cell.alpha, cell.rule, cell.scale, count(*) AS repeats,
  count(DISTINCT shared.sweep_id) AS sweeps,
  min(shared.error) AS error_min, max(shared.error) AS error_max,
  max(shared.error) - min(shared.error) AS apart,
  group_concat(DISTINCT shared.error_diverged) AS diverged,
  group_concat(shared.run_id) AS run_ids, min(shared.cell_id) AS cell_id
FROM shared
JOIN cell ON cell.cell_id = shared.cell_id
JOIN weight_update ON weight_update.update_id = shared.update_id
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
WHERE weight_update.seed IS NOT NULL OR weight_update.content IS NOT NULL
GROUP BY
  shared.update_id, cell.rank, cell.alpha, cell.rule, cell.label_scale, cell.training_id,
  cell.parameter_set_id
HAVING count(*) > 1 AND (
  max(shared.error) - min(shared.error) > :tolerance * max(1.0, abs(max(shared.error)))
  OR (count(shared.error) > 0 AND count(shared.error_diverged) > 0)
  OR count(DISTINCT shared.error_diverged) > 1
)
ORDER BY count(shared.error_diverged) = 0, apart DESC, min(shared.run_id);
