-- For a file that is worth nothing before it is whole, and is then put on the disk at once.
PRAGMA synchronous = OFF;
