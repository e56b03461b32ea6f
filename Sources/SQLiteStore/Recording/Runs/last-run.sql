SELECT ifnull(max(run_id), 0) FROM measured_run;
