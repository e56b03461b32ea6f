-- The largest singular values of the first update recorded of each profile, shape and noise level.
WITH shown (first_cell, sweep_id, prescription_id, d, k, noise) AS (
  SELECT min(cell_id), sweep_id, prescription_id, d, k, noise
  FROM cell
  -- Updates measured elsewhere have no spectra, and may each have their own settings.
  WHERE sweep_id = (
    SELECT sweep_id FROM sweep JOIN source USING (source)
    WHERE sweep_id = :sweep_id AND source.is_computed
  )
  GROUP BY prescription_id, d, k, noise
),
-- Evaluated once for each row, not once for each use.
sample AS MATERIALIZED (
  SELECT
    shown.*,
    (
      SELECT recording.update_id
      FROM recording
      JOIN weight_update ON weight_update.update_id = recording.update_id
      WHERE recording.sweep_id = shown.sweep_id
        AND weight_update.prescription_id = shown.prescription_id
        AND weight_update.d = shown.d AND weight_update.k = shown.k
        AND weight_update.noise IS shown.noise
      ORDER BY recording.recording_id
      LIMIT 1
    ) AS update_id
  FROM shown
)
SELECT
  sweep_profile.label AS profile, sample.d, sample.k, sample.noise, weight_update.seed,
  spectrum.position, spectrum.singular_value
FROM sample
JOIN sweep_profile
  ON sweep_profile.sweep_id = sample.sweep_id
  AND sweep_profile.prescription_id = sample.prescription_id
JOIN weight_update ON weight_update.update_id = sample.update_id
JOIN spectrum ON spectrum.update_id = sample.update_id AND spectrum.position <= :most
ORDER BY sample.first_cell, spectrum.position;
