SELECT parameter.name, coalesce(parameter.number, parameter.value)
FROM cell
JOIN parameter ON parameter.parameter_set_id = cell.parameter_set_id
WHERE cell.cell_id = :cell_id;
