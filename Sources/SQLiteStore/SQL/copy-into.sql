-- One consistent state of the book, whatever others write meanwhile (sqlite.org/lang_vacuum.html).
VACUUM INTO :file;
