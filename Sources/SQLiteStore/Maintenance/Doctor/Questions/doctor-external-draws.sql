-- Updates drawn elsewhere that have a position in a stream.
SELECT NULL AS sweep_id, NULL AS sweep, draw_id, position
FROM draw
WHERE generator = 'external' AND position <> 0;
