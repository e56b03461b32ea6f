INSERT INTO cell_summary (cell_id, metric, n, mean, squared_deviations)
VALUES (:cell_id, :metric, :n, :mean, :squared_deviations)
ON CONFLICT (cell_id, metric) DO UPDATE
SET n = excluded.n, mean = excluded.mean, squared_deviations = excluded.squared_deviations;
