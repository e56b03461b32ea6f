-- Cells of computed sweeps with parameters of a user, and others that have not even an empty set of them.
SELECT
  cell.sweep_id, sweep.name AS sweep, cell.cell_id,
  CASE WHEN source.is_computed THEN 'has parameters, and its runs are computed' ELSE 'has no set of parameters' END
    AS fault
FROM cell
JOIN sweep ON sweep.sweep_id = cell.sweep_id
JOIN source ON source.source = sweep.source
WHERE source.is_computed = (cell.parameter_set_id IS NOT NULL);
