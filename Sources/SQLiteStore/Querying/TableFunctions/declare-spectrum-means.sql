-- Over the spectra of a sweep's updates of one prescription, shape and noise, at each position up to one: how many there
-- are, mean and sample standard deviation of σᵢ, and the means of σᵢ/σ₁ and σᵢ²/Σσ².
CREATE TABLE spectrum_means (
  prescription_id, d, k, noise, position, n, mean, sd, ratio, share,
  sweep_id HIDDEN, most HIDDEN
);
