#define _GNU_SOURCE

#include "CLinux.h"

#include <fcntl.h>
#include <stdio.h>
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
