-- Each update's seed and singular values from the largest, in digits that read back to the same double.
SELECT seed, position, printf('%.17g', singular_value) FROM spectra ORDER BY seed, position;
