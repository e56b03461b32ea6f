-- Whose file it is by its header alone, also where the schema cannot be read.
PRAGMA application_id;
