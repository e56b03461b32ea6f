-- The application id from the file's header, which can be read even if the schema cannot.
PRAGMA application_id;
