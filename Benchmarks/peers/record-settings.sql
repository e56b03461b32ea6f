-- Pages as large as a book's, and as safe on the disk as a book is: a commit is there when it returns.
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -65536;
