-- The sweeps that match a reference, the likeliest match first: a name, an id, the latest, the
-- start of a uuid.
SELECT sweep_id, uuid, 1 AS reading FROM sweep WHERE name = :reference
UNION ALL
SELECT sweep_id, uuid, 2 FROM sweep
WHERE sweep_id = CAST(:reference AS INTEGER) AND CAST(sweep_id AS TEXT) = :reference
UNION ALL
SELECT * FROM (SELECT sweep_id, uuid, 3 FROM sweep WHERE :reference = 'latest'
  ORDER BY sweep_id DESC LIMIT 1)
UNION ALL
SELECT sweep_id, uuid, 4 FROM sweep
WHERE length(:reference) >= 4
  AND uuid >= lower(:reference) AND uuid < lower(:reference) || 'g'
ORDER BY reading, sweep_id
LIMIT 10;
