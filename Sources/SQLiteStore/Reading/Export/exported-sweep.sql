-- The columns of `runs` that a run has from its sweep.
SELECT sweep_id, name FROM sweep WHERE sweep_id = :sweep_id;
