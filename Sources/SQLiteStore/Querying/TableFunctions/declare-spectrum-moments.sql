-- Of the logarithms y of the singular values σᵢ/σ₁ of each update of a sweep, by id, over the n positions i from one to
-- another where σᵢ/σ₁ is above a floor: sums of products of deviations from their means, with l = ln i.
CREATE TABLE spectrum_moments (
  update_id, n, yy, ii, iy, ll, ly,
  sweep_id HIDDEN, first HIDDEN, last HIDDEN, floor HIDDEN
);
