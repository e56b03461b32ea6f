-- A sweep's trainings. The view's joins give them in the order of their ids.
SELECT * FROM trainings WHERE sweep_id = :sweep_id AND /* where */ TRUE;
