// Faults for tests: SQLite's file system and its memory, made to fail at the n-th call; and a view of the calls
// by which a file comes to its place.
//
// Loading this target registers a VFS over the default one as the new default, and a memory allocator over
// SQLite's own. Both pass everything on, but for files below a watched folder and for threads that have
// joined the watch of one: there, calls are counted by kind, and fail where the watch is armed.
#ifndef LORABOOK_CFAULTINJECTION_H
#define LORABOOK_CFAULTINJECTION_H

#include "Snapshot.h"

#include <sqlite3.h>
#include <stddef.h>

// What can fail. Unlocking does not: the system's calls for it do not either.
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
  // The power, at a call that changes what is on the disk: from there on nothing is done any more.
  FAULT_POWER,
  FAULT_KINDS,
  // Any call of the file system, as when the disk goes away.
  FAULT_ANY_FILE = FAULT_KINDS
};

// Watches the files whose absolute paths begin with a text.
//
// Returns the watch's number, or -1 where there are too many.
int faults_watch(const char *prefix);

// Ends a watch. No file below its folder may be open.
void faults_unwatch(int watch);

// Sets every count to 0, and lets the nth call of a kind, from 1, fail with an SQLite result code; with
// for_good every later one as well. Where nth is 0, none fails.
//
// A failing write leaves the first half of its bytes, a failing read zeros.
void faults_arm(int watch, int kind, long nth, int for_good, int code);

// Lets every call pass again, and keeps the counts.
void faults_disarm(int watch);

// Whether the files of a watch are without shared memory, as on some network file systems.
void faults_withhold_shared_memory(int watch, int withheld);

// Leaves in the folder of a watch that was armed with FAULT_POWER what a power cut leaves there: what was
// synced, and of everything later as much as chance has it, with writes torn between sectors. Shared memory is gone.
//
// Where chance is 0, nothing that was not synced is there, and where it is 1, all of it. No file of it may be open.
void faults_lose_power(int watch, unsigned chance);

// How many calls of a kind there were since the watch was armed.
long faults_calls(int watch, int kind);

// How many of them failed.
long faults_injected(int watch);

// Told of a process that was split off at a call, when it has ended and its folder is as it left it: whether only this
// call failed or all later ones too, how many did, its status as of wait(2), and what it has said; null where it crashed,
// or hung for a minute.
typedef void split_ended_t(
    void *context, long call, int for_good, long injected, int status, const char *words, size_t count);

// From here on the process splits in two at each step-th call of a kind that the watch is armed with, from the first on,
// and in two again: in one that is split off the call fails, in the other all later ones do too. Either goes on from
// there by itself until it says that it has ended; meanwhile nothing goes on here, and then everything, with the files of
// the folder as they were.
//
// Nothing but the one thread may do anything, and no other process may lock the files. Where every call fails, who is
// split off gives SQLite no memory back; a checker of memory sees more where the step is larger.
void faults_begin_splitting(
    int watch, long first, long step, snapshot_t *folder, split_ended_t *ended, void *context);

// Ends that, in the process that was not split off.
void faults_end_splitting(void);

// Whether this process was split off.
int faults_is_split_off(void);

// Ends a process that was split off, and leaves the other some words.
_Noreturn void faults_end_split_off(const char *words, size_t count);

// Takes the calling thread into a watch: its allocations and its files without a name count there, and
// where SQLite would sleep for a lock, it does not. -1 takes it out.
void faults_join(int watch);

// The system's calls that put a file which was written beside its place on the disk, and then in its place. They
// go past SQLite, and so past its VFS.
enum placing_call { PLACING_SYNC_FILE, PLACING_RENAME, PLACING_SYNC_FOLDER };

typedef struct {
  enum placing_call call;
  // Which file or folder, and how large it was then.
  unsigned long file;
  long size;
} placing_call_t;

// Notes the calling thread's calls from here on. All of one kind fail with EIO; of none where it is -1.
void placing_begin(int failing);

// Ends that, and gives the first of the calls in their order.
//
// Returns how many it gave.
int placing_end(placing_call_t *calls, int most);

#endif
