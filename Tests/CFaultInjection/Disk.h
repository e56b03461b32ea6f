// Simulates what a power cut leaves of files: everything synced, and a random choice of later
// changes.
#ifndef LORABOOK_DISK_H
#define LORABOOK_DISK_H

#include <stdint.h>

typedef struct disk disk_t;

disk_t *disk_make(void);
void disk_free(disk_t *disk);

// Call this for every file before it is changed: its contents count as synced.
void disk_open(disk_t *disk, const char *path);
void disk_write(disk_t *disk, const char *path, const void *bytes, int count, int64_t at);
void disk_truncate(disk_t *disk, const char *path, int64_t size);
void disk_sync(disk_t *disk, const char *path);
// If its folder is not synced, the file may come back.
void disk_delete(disk_t *disk, const char *path, int folder_is_synced);

// Restores what is on the disk; see faults_lose_power.
void disk_lose_power(disk_t *disk, unsigned chance);

#endif
