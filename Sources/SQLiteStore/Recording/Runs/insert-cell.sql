INSERT INTO cell (sweep_id, prescription_id, d, k, noise, rank, alpha, rule, scale)
VALUES (:sweep_id, :prescription_id, :d, :k, :noise, :rank, :alpha, :rule, :scale);
