-- A sweep's modules.
SELECT * FROM modules WHERE sweep_id = :sweep_id AND /* where */ TRUE;
