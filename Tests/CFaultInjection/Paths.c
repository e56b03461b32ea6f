#include "Paths.h"

#include "CFaultInjection.h"

#include <execinfo.h>
#include <stdint.h>
#include <stdlib.h>

// How many calls tell one way from another: all of them would be ten times as many ways as there is time for.
enum { DEPTH = 8, SLOTS = 1 << 16 };

// The way to an allocation: the innermost return addresses on the stack, summed up.
typedef struct {
  uint64_t sum;
  long first;
  long last;
} path_t;

// By the sum, each at its place or the next that was free; a first of 0 is free.
static _Thread_local path_t *paths;
static _Thread_local long count;

void paths_note(long call) {
  if (!paths) return;
  void *addresses[DEPTH];
  int depth = backtrace(addresses, DEPTH);
  // FNV-1a, a word at a time.
  uint64_t sum = 14695981039346656037u;
  for (int i = 0; i < depth; i++) sum = (sum ^ (uintptr_t)addresses[i]) * 1099511628211u;
  long at = (long)((sum ^ sum >> 32) % SLOTS);
  while (paths[at].first && paths[at].sum != sum) at = (at + 1) % SLOTS;
  if (!paths[at].first) {
    if (++count == SLOTS) abort();
    paths[at] = (path_t){sum, call, call};
  }
  paths[at].last = call;
}

void faults_note_paths(void) {
  count = 0;
  paths = calloc(SLOTS, sizeof *paths);
  if (!paths) abort();
}

long faults_paths(long *ends, long most) {
  long found = 0;
  for (long at = 0; at < SLOTS; at++) {
    if (!paths[at].first) continue;
    if (found < most) ends[found] = paths[at].first;
    found++;
    if (paths[at].last == paths[at].first) continue;
    if (found < most) ends[found] = paths[at].last;
    found++;
  }
  free(paths);
  paths = 0;
  return found;
}
