-- For an empty file: the rows of a spectrum waste less of an 8 KiB page than of a 4 KiB page.
PRAGMA page_size = 8192;
