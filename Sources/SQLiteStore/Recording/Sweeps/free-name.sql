-- The first of NAME, NAME-2, NAME-3, … that no sweep has.
WITH RECURSIVE candidate (number, name) AS (
  SELECT 1, :name
  UNION ALL
  SELECT number + 1, :name || '-' || (number + 1)
  FROM candidate
  WHERE EXISTS (SELECT 1 FROM sweep WHERE sweep.name = candidate.name)
)
SELECT name FROM candidate ORDER BY number DESC LIMIT 1;
