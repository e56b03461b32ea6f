SELECT metric, n, mean, squared_deviations FROM cell_summary WHERE cell_id = :cell_id;
