-- How often a sweep was cut into how many shards, and a command that recorded one.
SELECT shards, min(command) AS command
FROM execution
WHERE sweep_id = :sweep_id AND shards IS NOT NULL
GROUP BY shards
ORDER BY count(*) DESC, shards;
