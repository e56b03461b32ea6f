#include "Paths.h"

#include "CFaultInjection.h"

#include <execinfo.h>
#include <stdint.h>
#include <stdlib.h>

// How many calls tell one way from another: with all of them there are more ways than there is time for.
enum { DEPTH = 10, SLOTS = 1 << 16 };

// The way to an allocation: the innermost return addresses on the stack, summed up.
typedef struct {
  uint64_t sum;
  long first;
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
  if (paths[at].first) return;
  if (++count == SLOTS) abort();
  paths[at] = (path_t){sum, call};
}

void faults_note_paths(void) {
  count = 0;
  paths = calloc(SLOTS, sizeof *paths);
  if (!paths) abort();
}

long faults_paths(long *firsts, long most) {
  long found = 0;
  for (long at = 0; at < SLOTS; at++) {
    if (!paths[at].first) continue;
    if (found < most) firsts[found] = paths[at].first;
    found++;
  }
  free(paths);
  paths = 0;
  return found;
}
