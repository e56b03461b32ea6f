-- A parameter or info of a run.
SELECT coalesce(parameter.number, parameter.value)
FROM measured_run
JOIN cell ON cell.cell_id = measured_run.cell_id
JOIN parameter ON parameter.parameter_set_id = cell.parameter_set_id
WHERE measured_run.run_id = :run_id AND parameter.name = :name
UNION ALL
SELECT value FROM run_info WHERE run_id = :run_id AND name = :name
LIMIT 1;
