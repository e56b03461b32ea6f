#define _GNU_SOURCE

#include "CLinux.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

int lorabook_rename_new(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int lorabook_file_system(const char *path, unsigned int *magic, unsigned int *major_number,
                         unsigned int *minor_number) {
  struct statfs system;
  struct stat status;
  if (statfs(path, &system) != 0 || stat(path, &status) != 0) return -1;
  *magic = (unsigned int)system.f_type;
  *major_number = major(status.st_dev);
  *minor_number = minor(status.st_dev);
  return 0;
}

int lorabook_allowed_processors(void) {
  // 65,536 processors: the kernel refuses a set that is smaller than its own.
  cpu_set_t set[64];
  memset(set, 0, sizeof set);
  if (sched_getaffinity(0, sizeof set, set) != 0) return 0;
  return CPU_COUNT_S(sizeof set, set);
}
