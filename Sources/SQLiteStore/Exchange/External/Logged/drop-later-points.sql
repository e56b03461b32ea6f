-- What a run that is resumed from a step measures again.
DELETE FROM curve_point WHERE run_id = :run_id AND step > :step;
DELETE FROM run_metric WHERE run_id = :run_id;
