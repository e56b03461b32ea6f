// Fault injection for tests: makes the n-th call of SQLite's file system or its memory allocator
// fail, and records the calls that put a file in its place.
//
// Loading this target registers a VFS over the default one as the new default, and a memory
// allocator over SQLite's own. Both pass calls on. They count them by kind only for files below a
// watched folder and for threads that have joined its watch, and fail there when the watch is
// armed.
#ifndef LORABOOK_CFAULTINJECTION_H
#define LORABOOK_CFAULTINJECTION_H

#include "Snapshot.h"

#include <sqlite3.h>
#include <stddef.h>

// The kinds of calls that can fail. Unlocking cannot fail: the system's calls for it do not either.
enum fault_kind {
  FAULT_OPEN,
  FAULT_READ,
  FAULT_WRITE,
  FAULT_SYNC,
  FAULT_TRUNCATE,
  FAULT_LOCK,
  FAULT_SHM_MAP,
  FAULT_SHM_LOCK,
  FAULT_DELETE,
  FAULT_ACCESS,
  FAULT_SIZE,
  // An allocation by a thread that has joined.
  FAULT_MEMORY,
  // A power cut at a call that changes the disk: later calls do nothing.
  FAULT_POWER,
  FAULT_KINDS,
  // Any call of the file system, as if the disk disappears.
  FAULT_ANY_FILE = FAULT_KINDS
};

// Watches the files whose absolute paths begin with a prefix.
//
// Returns the watch's number, or -1 if there are too many.
int faults_watch(const char *prefix);

// Ends a watch. No file below its folder may be open.
void faults_unwatch(int watch);

// Sets every count to 0, and makes the nth call of a kind, from 1, fail with an SQLite result code;
// with for_good every later one as well. If nth is 0, none fails.
//
// A failing write leaves the first half of its bytes, a failing read zeros.
void faults_arm(int watch, int kind, long nth, int for_good, int code);

// Lets all calls pass again, and keeps the counts.
void faults_disarm(int watch);

// Sets whether the files of a watch have no shared memory, as on some network file systems.
void faults_withhold_shared_memory(int watch, int withheld);

// Leaves in the folder of a watch that was armed with FAULT_POWER what a power cut leaves there:
// everything synced, and a random part of all later changes, with writes torn between sectors.
// Shared memory is gone.
//
// If chance is 0, nothing unsynced is left; if it is 1, all of it is. No file of the folder may be
// open.
void faults_lose_power(int watch, unsigned chance);

// Number of calls of a kind since the watch was armed.
long faults_calls(int watch, int kind);

// Number of calls that failed.
long faults_injected(int watch);

// Called when a forked process has ended, with its folder as it left it: whether only this call
// failed or all later ones too, how many did, its status as of wait(2), and its words, which are
// null if it crashed, or hung for a minute.
typedef void split_ended_t(
    void *context, long call, int for_good, long injected, int status, const char *words, size_t count);

// From here on the process forks twice at each step-th call of a kind that the watch is armed with,
// from the first on: in one forked process the call fails, in the other all later ones do too. Each
// continues alone until it reports its end; meanwhile this process waits, and continues then with
// the folder's files restored.
//
// No other thread may do anything, and no other process may lock the files. If every call fails, a
// forked process does not free SQLite's memory; with a larger step a memory checker sees more.
void faults_begin_splitting(
    int watch, long first, long step, snapshot_t *folder, split_ended_t *ended, void *context);

// Ends the forking, in the original process.
void faults_end_splitting(void);

// Whether this process was forked.
int faults_is_split_off(void);

// Ends a forked process, and leaves its words to the original one.
_Noreturn void faults_end_split_off(const char *words, size_t count);

// Joins the calling thread to a watch: its allocations and its unnamed files count there, and it
// does not sleep when SQLite would wait for a lock. -1 leaves the watch.
void faults_join(int watch);

// The system's calls that put a file which was written beside its place on the disk, and then in its place. They
// go past SQLite, and so past its VFS.
enum placing_call { PLACING_SYNC_FILE, PLACING_RENAME, PLACING_SYNC_FOLDER };

typedef struct {
  enum placing_call call;
  // Identifies the file or folder; with its size at that time.
  unsigned long file;
  long size;
} placing_call_t;

// Records the calling thread's calls from here on. All of one kind fail with EIO; with -1 none
// fails.
void placing_begin(int failing);

// Stops recording and returns the calls in order, at most `most`.
//
// Returns their number.
int placing_end(placing_call_t *calls, int most);

#endif
