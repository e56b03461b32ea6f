// The files of a folder as they are at one moment, to be put back as the same files: whoever has one of them open or
// mapped goes on with it.
#ifndef LORABOOK_SNAPSHOT_H
#define LORABOOK_SNAPSHOT_H

#include <stdint.h>

typedef struct snapshot snapshot_t;

// Keeps a second name of each file in a new folder beside the one of that path.
snapshot_t *snapshot_make(const char *folder);
void snapshot_free(snapshot_t *snapshot);

// Takes note of every file and folder below the folder: its name, its bytes, its mode and its time.
void snapshot_take(snapshot_t *snapshot);
// Makes the folder what was last taken.
void snapshot_restore(snapshot_t *snapshot);

// A sum of the names and bytes of what lies in the folder now, but of those of shared memory alone the names.
uint64_t snapshot_sum(snapshot_t *snapshot);
// Copies what lies in the folder now, without folders in it, to a new one.
void snapshot_copy(snapshot_t *snapshot, const char *to);

#endif
