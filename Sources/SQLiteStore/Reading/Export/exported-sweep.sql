-- The columns of `runs` that come from a run's sweep.
SELECT sweep_id, name FROM sweep WHERE sweep_id = :sweep_id;
