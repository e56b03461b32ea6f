-- Whether a book has anything that users named, or logged runs.
SELECT
  EXISTS (SELECT 1 FROM logged_run) OR EXISTS (SELECT 1 FROM run_metric)
  OR EXISTS (SELECT 1 FROM curve_point) OR EXISTS (SELECT 1 FROM run_info);
