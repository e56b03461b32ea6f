-- The items of a computed sweep, ascending.
SELECT item FROM recording WHERE sweep_id = :sweep_id AND item IS NOT NULL ORDER BY item;
