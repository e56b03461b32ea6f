-- A sweep's cells in the grid's order, which is the order of their creation.
SELECT cell_id, prescription_id, d, k, noise, rank, alpha, rule, scale
FROM cell
WHERE sweep_id = :sweep_id
ORDER BY cell_id;
