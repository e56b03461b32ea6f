#define _GNU_SOURCE

#include "Split.h"

#include "CFaultInjection.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

// Every round ends sooner; one that does not hangs.
enum { MOST_SECONDS = 60, MOST_WORDS = 1 << 16 };

// The result that a forked process leaves to its parent; both see this memory.
typedef struct {
  size_t count;
  long injected;
  int is_ended;
  char words[MOST_WORDS];
} words_t;

static struct {
  int watch;
  long first, step;
  snapshot_t *snapshot;
  words_t *words;
  split_ended_t *ended;
  void *context;
} splitting = {.watch = -1};

static int is_off;

int split_is_at(int watch, long call) {
  return !is_off && watch == splitting.watch && call >= splitting.first &&
         (call - splitting.first) % splitting.step == 0;
}

int split_keeps_memory(void) { return is_off && splitting.step == 1; }

int split(long call, int for_good) {
  int error = errno;
  if (!for_good) snapshot_take(splitting.snapshot);
  splitting.words->count = 0;
  splitting.words->injected = 0;
  splitting.words->is_ended = 0;
  pid_t other = fork();
  if (other < 0) abort();
  if (other == 0) {
    is_off = 1;
    sigset_t alarms;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    sigprocmask(SIG_UNBLOCK, &alarms, 0);
    alarm(MOST_SECONDS);
    return 1;
  }
  int status;
  while (waitpid(other, &status, 0) < 0)
    if (errno != EINTR) abort();
  const words_t *words = splitting.words;
  splitting.ended(
      splitting.context, call, for_good, words->injected, status,
      words->is_ended && status == 0 ? words->words : 0, words->count);
  snapshot_restore(splitting.snapshot);
  errno = error;
  return 0;
}

_Noreturn void faults_end_split_off(const char *words, size_t count) {
  if (count > MOST_WORDS) abort();
  memcpy(splitting.words->words, words, count);
  splitting.words->count = count;
  splitting.words->injected = faults_injected(splitting.watch);
  splitting.words->is_ended = 1;
  _exit(0);
}

int faults_is_split_off(void) { return is_off; }

// A forked process does not inherit the locks by which SQLite's default VFS separates processes,
// and would wait for them. Only one of the two processes runs at a time, so the locks are off.
// SQLite separates connections of one process without the system.
static int without_locks(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (command == F_GETLK) ((struct flock *)argument)->l_type = F_UNLCK;
  return command == F_SETLK || command == F_GETLK ? 0 : fcntl(descriptor, command, argument);
}

static void put_locks(int are_on) {
  sqlite3_vfs *unix_vfs = sqlite3_vfs_find("unix");
  if (!unix_vfs || unix_vfs->xSetSystemCall(
                       unix_vfs, "fcntl", are_on ? 0 : (sqlite3_syscall_ptr)without_locks) != SQLITE_OK)
    abort();
}

void faults_begin_splitting(
    int watch, long first, long step, snapshot_t *folder, split_ended_t *ended, void *context) {
  put_locks(0);
  splitting.words = mmap(
      0, sizeof *splitting.words, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (splitting.words == MAP_FAILED) abort();
  splitting.snapshot = folder;
  splitting.first = first;
  splitting.step = step;
  splitting.ended = ended;
  splitting.context = context;
  splitting.watch = watch;
}

void faults_end_splitting(void) {
  splitting.watch = -1;
  munmap(splitting.words, sizeof *splitting.words);
  put_locks(1);
}
