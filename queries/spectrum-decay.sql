-- How a profile's spectrum decays: a power law and an exponential fitted to every spectrum of it.
--
-- :sweep sweep = latest   the sweep
-- :from integer = 1       the first position to fit
-- :to integer = null      the last position to fit
-- :floor real = 1e-10     leaves out σ at or below this share of σ₁: rounding, not signal
-- shows: profile, power_exponent, power_r2, exponential_rate, exponential_r2, straighter
--
-- power_exponent is a of σᵢ ∝ i^(−a), the slope of ln σ against ln i with its sign turned; exponential_rate is
-- b of σᵢ ∝ e^(−b·i), the slope of ln σ against i. Both by least squares in log space for every spectrum by
-- itself, then the mean and sample standard deviation over the n spectra with three positions or more.
-- R² = Sxy² / (Sxx·Syy) says how straight the line is in log space: where both are low, neither law holds, and
-- noise bends a tail (fit the head with :to). A flat spectrum leaves nothing to explain, and its R² is
-- empty. points is the mean number of positions fitted.
WITH
group_of AS MATERIALIZED (
  SELECT min(cell_id) AS group_id, prescription_id, d, k, noise
  FROM cell
  WHERE sweep_id = :sweep
  GROUP BY prescription_id, d, k, noise
),
moment AS (
  SELECT * FROM spectrum_moments(:sweep, :from, :to, :floor) WHERE n >= 3
),
fit AS (
  SELECT
    update_id, n, -ly / ll AS a, -iy / ii AS b,
    -- What is left of a flat spectrum is rounding.
    CASE WHEN yy > n * 1e-20 THEN ly * ly / (ll * yy) END AS a_r2,
    CASE WHEN yy > n * 1e-20 THEN iy * iy / (ii * yy) END AS b_r2
  FROM moment
)
SELECT
  sweep_profile.label AS profile, group_of.d, group_of.k, group_of.noise,
  count(*) AS n, avg(fit.n) AS points,
  avg(fit.a) AS power_exponent, stddev(fit.a) AS power_exponent_sd, avg(fit.a_r2) AS power_r2,
  avg(fit.b) AS exponential_rate, stddev(fit.b) AS exponential_rate_sd,
  avg(fit.b_r2) AS exponential_r2,
  CASE
    WHEN avg(fit.a_r2) > avg(fit.b_r2) THEN 'power law'
    WHEN avg(fit.a_r2) < avg(fit.b_r2) THEN 'exponential'
  END AS straighter
FROM fit
JOIN weight_update ON weight_update.update_id = fit.update_id
JOIN group_of
  ON group_of.prescription_id IS weight_update.prescription_id
  AND group_of.d IS weight_update.d AND group_of.k IS weight_update.k
  AND group_of.noise IS weight_update.noise
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = :sweep
  AND sweep_profile.prescription_id = group_of.prescription_id
GROUP BY group_of.group_id
ORDER BY group_of.group_id;
