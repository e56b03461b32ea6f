-- For a file that is yet empty: the rows of a spectrum leave less of a page of 8 KiB unused than of 4.
PRAGMA page_size = 8192;
