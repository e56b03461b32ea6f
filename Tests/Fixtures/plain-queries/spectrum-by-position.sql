-- The mean singular value of each profile at each position, and its ratio to the largest.
--
-- :sweep sweep = latest   the sweep
-- :profile text = null    only this profile
-- :most integer = 16      no position above this one
-- shows: profile, position, singular_value_mean, ratio_to_largest, variance_share
--
-- n is how many spectra the mean is over, singular_value_sd the sample standard deviation over them.
-- ratio_to_largest is the mean of σᵢ/σ₁, and variance_share the mean of σᵢ²/Σσ², squared as shares of σ₁.
WITH
group_of AS MATERIALIZED (
  SELECT min(cell.cell_id) AS group_id, cell.prescription_id, cell.d, cell.k, cell.noise,
    sweep_profile.label
  FROM cell
  LEFT JOIN sweep_profile
    ON sweep_profile.sweep_id = cell.sweep_id
    AND sweep_profile.prescription_id = cell.prescription_id
  WHERE cell.sweep_id = :sweep AND (:profile IS NULL OR sweep_profile.label = :profile)
  GROUP BY cell.prescription_id, cell.d, cell.k, cell.noise
),
update_of AS MATERIALIZED (
  SELECT
    group_of.group_id, recorded.update_id, largest.s1 AS largest,
    (
      SELECT sum((singular_value / largest.s1) * (singular_value / largest.s1)) FROM spectrum
      WHERE spectrum.update_id = recorded.update_id
    ) AS energy
  FROM (SELECT DISTINCT update_id FROM recording WHERE sweep_id = :sweep) AS recorded
  JOIN weight_update ON weight_update.update_id = recorded.update_id
  JOIN group_of
    ON group_of.prescription_id IS weight_update.prescription_id
    AND group_of.d IS weight_update.d AND group_of.k IS weight_update.k
    AND group_of.noise IS weight_update.noise
  JOIN spectrum_block AS largest ON largest.block_id = recorded.update_id << 10
)
SELECT
  group_of.label AS profile, group_of.d, group_of.k, group_of.noise, spectrum.position,
  count(*) AS n, avg(spectrum.singular_value) AS singular_value_mean,
  stddev(spectrum.singular_value) AS singular_value_sd,
  avg(spectrum.singular_value / update_of.largest) AS ratio_to_largest,
  avg(
    (spectrum.singular_value / update_of.largest) * (spectrum.singular_value / update_of.largest)
    / update_of.energy
  ) AS variance_share
FROM update_of
CROSS JOIN spectrum ON spectrum.update_id = update_of.update_id AND spectrum.position <= :most
JOIN group_of ON group_of.group_id = update_of.group_id
GROUP BY group_of.group_id, spectrum.position
ORDER BY group_of.group_id, spectrum.position;
