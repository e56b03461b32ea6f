-- The rows that every book has, each as a text with its table's name.
SELECT 'metric' AS name, metric_id || ' ' || metric || ifnull(' ' || is_better_larger, '') || ifnull(' ' || unit, '') AS row
FROM metric
WHERE is_built_in
UNION ALL
SELECT 'source', source || ' ' || is_computed FROM source
UNION ALL
SELECT 'spectrum_place', place FROM spectrum_place
ORDER BY 1, 2;
