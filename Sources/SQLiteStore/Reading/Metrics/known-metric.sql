-- A metric as the book knows it.
SELECT metric_id, unit, is_better_larger, is_built_in FROM metric WHERE metric = :metric;
