-- The columns of `runs` that come from a run's cell.
SELECT cell.d, cell.k, sweep_profile.label, cell.noise, cell.rank, cell.alpha, cell.rule, cell.scale
FROM cell
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
WHERE cell.cell_id = :cell_id;
