-- Tables and views that stand in the place of the functions that say whose a file is.
SELECT name FROM sqlite_master WHERE name LIKE 'pragma\_%' ESCAPE '\' LIMIT 1;
