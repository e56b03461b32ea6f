-- The lines of a script that creates an empty book with the migrations' schema, in the order of
-- creation.
SELECT sql || ';' AS line FROM (
  SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid
)
UNION ALL
SELECT 'INSERT INTO spectrum_place VALUES (' || group_concat(place, '), (') || ');' FROM spectrum_place
UNION ALL
SELECT
  'INSERT INTO metric VALUES (' || metric_id || ', ' || quote(metric) || ', ' || quote(is_better_larger) || ', '
  || quote(unit) || ', ' || is_built_in || ');'
FROM metric
UNION ALL
SELECT 'INSERT INTO source VALUES (' || quote(source) || ', ' || is_computed || ');' FROM source
UNION ALL
SELECT 'PRAGMA application_id = ' || application_id || ';' FROM pragma_application_id
UNION ALL
SELECT 'PRAGMA user_version = ' || user_version || ';' FROM pragma_user_version;
