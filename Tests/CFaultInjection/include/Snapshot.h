// The files of a folder as they are at one moment, to be put back as the same files: whoever has one of them open or
// mapped goes on with it.
#ifndef LORABOOK_SNAPSHOT_H
#define LORABOOK_SNAPSHOT_H

#include <stdint.h>

typedef struct snapshot snapshot_t;

// Of a folder. Keeps a second name of each file in another that it makes, on the same file system; what makes one
// lives as long as its process.
snapshot_t *snapshot_make(const char *folder, const char *held);

// Takes note of every file and folder below the folder: its name, its bytes, its mode and its time.
void snapshot_take(snapshot_t *snapshot);
// Makes the folder what was last taken.
void snapshot_restore(snapshot_t *snapshot);

// A sum of the names and bytes of what lies in the folder now, but of those of shared memory alone the names.
uint64_t snapshot_sum(snapshot_t *snapshot);
// Copies what lies in the folder now to a new one; folders in it are empty there.
void snapshot_copy(snapshot_t *snapshot, const char *to);

#endif
