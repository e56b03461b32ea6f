SELECT cell.d, cell.k, sweep_profile.label, cell.noise, cell.rank, cell.alpha, cell.rule,
  cell.label_scale
FROM cell
LEFT JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
WHERE cell.cell_id = :cell_id;
