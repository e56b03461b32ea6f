#define _GNU_SOURCE

#include "CFaultInjection.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_CALLS = 32 };

static _Thread_local struct {
  int is_noting;
  int failing;
  int count;
  placing_call_t calls[MOST_CALLS];
} noted;

// Notes a call; returns whether it must fail.
static int note(enum placing_call call, const struct stat *status) {
  if (noted.count < MOST_CALLS)
    noted.calls[noted.count++] =
        (placing_call_t){.call = call, .file = status->st_ino, .size = status->st_size};
  return noted.failing == (int)call;
}

static int refuse(void) {
  errno = EIO;
  return -1;
}

// The program's own fsync and renameat2 stand before the C library's, for every library in it.
int fsync(int descriptor) {
  struct stat status;
  if (noted.is_noting && fstat(descriptor, &status) == 0 &&
      note(S_ISDIR(status.st_mode) ? PLACING_SYNC_FOLDER : PLACING_SYNC_FILE, &status))
    return refuse();
  return (int)syscall(SYS_fsync, descriptor);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  struct stat status;
  if (noted.is_noting && lstat(from, &status) == 0 && note(PLACING_RENAME, &status)) return refuse();
  return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

void placing_begin(int failing) {
  noted.is_noting = 1;
  noted.failing = failing;
  noted.count = 0;
}

int placing_end(placing_call_t *calls, int most) {
  noted.is_noting = 0;
  for (int i = 0; i < noted.count && i < most; i++) calls[i] = noted.calls[i];
  return noted.count < most ? noted.count : most;
}
