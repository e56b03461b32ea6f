-- A sweep's cells in the grid's order, as they were made.
SELECT cell_id, prescription_id, d, k, noise, rank, alpha, rule, scale
FROM cell
WHERE sweep_id = :sweep_id
ORDER BY cell_id;
