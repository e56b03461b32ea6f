-- Tables and views that shadow the pragma functions which identify a file.
SELECT name FROM sqlite_master WHERE name LIKE 'pragma\_%' ESCAPE '\' LIMIT 1;
