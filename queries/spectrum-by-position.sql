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
)
SELECT
  group_of.label AS profile, group_of.d, group_of.k, group_of.noise, means.position, means.n,
  means.mean AS singular_value_mean, means.sd AS singular_value_sd,
  means.ratio AS ratio_to_largest, means.share AS variance_share
FROM spectrum_means(:sweep, :most) AS means
CROSS JOIN group_of
WHERE group_of.prescription_id IS means.prescription_id
  AND group_of.d IS means.d AND group_of.k IS means.k AND group_of.noise IS means.noise
ORDER BY group_of.group_id, means.position;
