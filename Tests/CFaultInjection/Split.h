// Forks the process where a call should fail.
#ifndef LORABOOK_SPLIT_H
#define LORABOOK_SPLIT_H

// Whether to fork at a call of a watch, of the kind that it is armed with.
int split_is_at(int watch, long call);

// Whether this process is one of very many forks, which ends soon and frees no memory: freeing
// writes to a page, which must then be copied.
int split_keeps_memory(void);

// Forks. Returns 1 in the forked process, and 0 in the other when that one has ended and the folder
// is restored.
int split(long call, int for_good);

#endif
