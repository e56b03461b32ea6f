-- A sweep's curves. The view's joins give them in the order of their runs and steps.
SELECT * FROM curves WHERE sweep_id = :sweep_id AND /* where */ TRUE;
