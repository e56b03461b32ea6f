-- Compiles only if a text is an expression over the view, and does not close one.
SELECT CASE WHEN /* where */ TRUE THEN 1 END FROM logged_runs;
