-- The builds of LAPACK that computed a sweep.
SELECT DISTINCT lapack FROM execution WHERE sweep_id = :sweep_id AND lapack IS NOT NULL ORDER BY lapack;
