-- Whether a run has anything that its user named, or is a logged run.
SELECT
  EXISTS (SELECT 1 FROM logged_run WHERE run_id = :run_id)
  OR EXISTS (SELECT 1 FROM run_metric WHERE run_id = :run_id)
  OR EXISTS (SELECT 1 FROM curve_point WHERE run_id = :run_id)
  OR EXISTS (SELECT 1 FROM run_info WHERE run_id = :run_id);
