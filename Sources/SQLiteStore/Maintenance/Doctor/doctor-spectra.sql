-- The expected number of singular values of each update; an update drawn elsewhere has none.
SELECT
  drawn_update.update_id, drawn_update.seed, draw.d, draw.k,
  CASE draw.generator WHEN 'external' THEN 0 ELSE min(draw.d, draw.k) END AS span
FROM drawn_update
JOIN draw ON draw.draw_id = drawn_update.draw_id
ORDER BY drawn_update.update_id;
