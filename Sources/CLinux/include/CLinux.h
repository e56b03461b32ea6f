// What Linux's C library shows to _GNU_SOURCE alone.
#ifndef LORABOOK_CLINUX_H
#define LORABOOK_CLINUX_H

// rename(2) that replaces no file: 0 on success, else -1 with the reason in errno, EEXIST where there is one.
int lorabook_rename_new(const char *from, const char *to);

#endif
