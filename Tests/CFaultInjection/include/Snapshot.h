// A snapshot of a folder's files that restores the same files: processes that have one open or
// mapped see the restored contents.
#ifndef LORABOOK_SNAPSHOT_H
#define LORABOOK_SNAPSHOT_H

#include <stdint.h>

typedef struct snapshot snapshot_t;

// A snapshot of a folder. Keeps a second name of each file in another folder that it creates, on
// the same file system; it lives as long as its process.
snapshot_t *snapshot_make(const char *folder, const char *held);

// Records every file and folder below the folder: its name, its bytes, its mode and its time.
void snapshot_take(snapshot_t *snapshot);
// Restores the folder to the last recorded state.
void snapshot_restore(snapshot_t *snapshot);

// A checksum of the current names and bytes in the folder; shared memory counts by its names alone.
uint64_t snapshot_sum(snapshot_t *snapshot);
// Copies the current contents of the folder to a new one; subfolders are empty there.
void snapshot_copy(snapshot_t *snapshot, const char *to);

#endif
