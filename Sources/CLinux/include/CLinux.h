// What Linux's C library shows to _GNU_SOURCE alone.
#ifndef LORABOOK_CLINUX_H
#define LORABOOK_CLINUX_H

// rename(2) that replaces no file: 0 on success, else -1 with the reason in errno, EEXIST where there is one.
int lorabook_rename_new(const char *from, const char *to);

// What kind of file system a path is on, by statfs(2), and the device that it is on.
// 0 on success, else -1 with the reason in errno.
int lorabook_file_system(const char *path, unsigned int *magic, unsigned int *major_number,
                         unsigned int *minor_number);

// On how many processors this process may run, by sched_getaffinity(2); 0 where the system does not say.
int lorabook_allowed_processors(void);

#endif
