-- The cells of some sweeps (:sweep_ids, a JSON array of their ids).
SELECT
  cell.cell_id, sweep.name AS sweep, cell.d, cell.k, sweep_profile.label AS profile, cell.noise,
  cell.rank, cell.alpha, cell.rule
FROM json_each(:sweep_ids) AS asked
JOIN sweep ON sweep.sweep_id = asked.value
JOIN cell ON cell.sweep_id = sweep.sweep_id
JOIN sweep_profile
  ON sweep_profile.sweep_id = cell.sweep_id
  AND sweep_profile.prescription_id = cell.prescription_id
ORDER BY asked.key, cell.cell_id;
