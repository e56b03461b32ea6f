// What a power cut leaves of files: what was synced of each, and what chance has kept of all that came after.
#ifndef LORABOOK_DISK_H
#define LORABOOK_DISK_H

#include <stdint.h>

typedef struct disk disk_t;

disk_t *disk_make(void);
void disk_free(disk_t *disk);

// To be told of every file before anything is done to it: what it holds is on the disk.
void disk_open(disk_t *disk, const char *path);
void disk_write(disk_t *disk, const char *path, const void *bytes, int count, int64_t at);
void disk_truncate(disk_t *disk, const char *path, int64_t size);
void disk_sync(disk_t *disk, const char *path);
// Where its folder is not synced, the file may be there again.
void disk_delete(disk_t *disk, const char *path, int folder_is_synced);

// Puts back what is on the disk; see faults_lose_power.
void disk_lose_power(disk_t *disk, unsigned chance);

#endif
