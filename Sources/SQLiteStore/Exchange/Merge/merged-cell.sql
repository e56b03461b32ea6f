SELECT sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale
FROM cell
WHERE cell_id = :cell_id;
