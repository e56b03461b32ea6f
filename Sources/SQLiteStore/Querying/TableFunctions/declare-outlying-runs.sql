-- The runs of a sweep that diverged, or whose error lies far from the median of its cell's: n, median and mad are the
-- cell's. The measures are those of queries/outliers.sql.
CREATE TABLE outlying_runs (
  run_id, cell_id, update_id, error, error_diverged, truncation_error, n, median, mad, deviations,
  sweep_id HIDDEN, most_deviations HIDDEN, least_n HIDDEN, tolerance HIDDEN
);
