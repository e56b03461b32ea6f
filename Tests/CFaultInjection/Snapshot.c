#define _GNU_SOURCE

#include "Snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// A file that existed at some time. It keeps a second name, as it may be removed while somebody has
// it open.
typedef struct file {
  struct file *next;
  int descriptor;
  char name[PATH_MAX];
  // The file's status at the last snapshot, with a checksum of its bytes.
  struct stat status;
  uint8_t *bytes;
  size_t capacity;
  uint64_t sum;
  // Its current bytes.
  uint8_t *mapped;
  size_t most;
} file_t;

// A name at the last snapshot; a folder has no file.
typedef struct {
  char *path;
  mode_t mode;
  file_t *file;
} entry_t;

struct snapshot {
  const char *folder, *held;
  file_t *files;
  entry_t *entries;
  size_t count, capacity;
};

static void *found(void *pointer) {
  if (!pointer) abort();
  return pointer;
}

static void check(int is_well) {
  if (is_well) return;
  perror("a folder as it was");
  abort();
}

snapshot_t *snapshot_make(const char *folder, const char *held) {
  snapshot_t *snapshot = found(calloc(1, sizeof *snapshot));
  snapshot->folder = found(strdup(folder));
  snapshot->held = found(strdup(held));
  check(mkdir(held, 0700) == 0);
  return snapshot;
}

// The files that have a second name here, newest first.
static file_t *held_files;

// The program's own stat stands before the C library's, for every library in it: a book does not see that its file is
// held under a second name, because it takes nothing where its file has two.
int stat(const char *restrict path, struct stat *restrict status) {
  if (syscall(SYS_newfstatat, AT_FDCWD, path, status, 0) != 0) return -1;
  for (const file_t *file = held_files; file; file = file->next)
    if (file->status.st_ino == status->st_ino && status->st_nlink > 1) {
      status->st_nlink--;
      break;
    }
  return 0;
}

static void forget_entries(snapshot_t *snapshot) {
  for (size_t i = 0; i < snapshot->count; i++) free(snapshot->entries[i].path);
  snapshot->count = 0;
}

// The file of a name, which is kept from its first use.
static file_t *hold(snapshot_t *snapshot, const char *path, const struct stat *status) {
  for (file_t *file = snapshot->files; file; file = file->next)
    if (file->status.st_ino == status->st_ino) return file;
  file_t *file = found(calloc(1, sizeof *file));
  snprintf(file->name, sizeof file->name, "%s/%lu", snapshot->held, (unsigned long)status->st_ino);
  file->descriptor = open(path, O_RDWR | O_CLOEXEC);
  check(file->descriptor >= 0 && linkat(AT_FDCWD, path, AT_FDCWD, file->name, 0) == 0);
  file->status = *status;
  file->next = snapshot->files;
  snapshot->files = file;
  held_files = file;
  return file;
}

// FNV-1a, one word at a time.
static uint64_t add(uint64_t sum, const void *bytes, size_t count) {
  const char *at = bytes;
  for (; count >= sizeof sum; count -= sizeof sum, at += sizeof sum) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    sum = (sum ^ word) * 1099511628211u;
    // A product only carries upwards.
    sum ^= sum >> 32;
  }
  for (; count > 0; count--) sum = (sum ^ (uint8_t)*at++) * 1099511628211u;
  return sum ^ sum >> 32;
}

static uint64_t sum_of(const void *bytes, size_t count) {
  return add(14695981039346656037u, bytes, count);
}

// The current bytes of a file of a given size.
static const uint8_t *bytes_of(file_t *file, size_t size) {
  if (size > file->most) {
    if (file->mapped) munmap(file->mapped, file->most);
    file->most = size * 2;
    file->mapped = mmap(0, file->most, PROT_READ, MAP_SHARED, file->descriptor, 0);
    check(file->mapped != MAP_FAILED);
  }
  return file->mapped;
}

// Whether a file of the same size has the same contents as in the last snapshot. Writing to shared
// memory does not change the modification time.
static int is_same(file_t *file) {
  size_t size = (size_t)file->status.st_size;
  return size == 0 || memcmp(bytes_of(file, size), file->bytes, size) == 0;
}

static void take_file(snapshot_t *snapshot, const char *path, const struct stat *status, file_t **taken) {
  file_t *file = hold(snapshot, path, status);
  *taken = file;
  int is_known = file->bytes && file->status.st_size == status->st_size;
  file->status = *status;
  if (is_known && is_same(file)) return;
  size_t size = (size_t)status->st_size;
  if (size >= file->capacity) {
    file->capacity = size + 1;
    file->bytes = found(realloc(file->bytes, file->capacity));
  }
  if (size > 0) memcpy(file->bytes, bytes_of(file, size), size);
  file->sum = sum_of(file->bytes, size);
}

static int is_entry(const struct dirent *entry) {
  return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

// Calls a function with each name in a folder.
static void each(snapshot_t *snapshot, const char *folder, void (*body)(snapshot_t *, const char *)) {
  DIR *directory = found(opendir(folder));
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!is_entry(entry)) continue;
    char path[PATH_MAX];
    check(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < PATH_MAX);
    body(snapshot, path);
  }
  closedir(directory);
}

static void take(snapshot_t *snapshot, const char *path) {
  struct stat status;
  check(lstat(path, &status) == 0);
  if (snapshot->count == snapshot->capacity) {
    snapshot->capacity = snapshot->capacity * 2 + 8;
    snapshot->entries = found(realloc(snapshot->entries, snapshot->capacity * sizeof *snapshot->entries));
  }
  entry_t *entry = &snapshot->entries[snapshot->count++];
  *entry = (entry_t){.path = found(strdup(path)), .mode = status.st_mode};
  if (S_ISDIR(status.st_mode)) {
    each(snapshot, path, take);
  } else {
    take_file(snapshot, path, &status, &entry->file);
  }
}

void snapshot_take(snapshot_t *snapshot) {
  forget_entries(snapshot);
  each(snapshot, snapshot->folder, take);
}

// Removes files that are new or were replaced since the snapshot.
static void clear(snapshot_t *snapshot, const char *path) {
  struct stat status;
  check(lstat(path, &status) == 0);
  int is_folder = S_ISDIR(status.st_mode);
  if (is_folder) each(snapshot, path, clear);
  for (size_t i = 0; i < snapshot->count; i++) {
    const entry_t *entry = &snapshot->entries[i];
    if (strcmp(entry->path, path) != 0) continue;
    if (entry->file ? entry->file->status.st_ino == status.st_ino : is_folder) return;
  }
  check((is_folder ? rmdir(path) : unlink(path)) == 0);
}

static void restore_file(file_t *file, const char *path) {
  const struct stat *before = &file->status;
  if (linkat(AT_FDCWD, file->name, AT_FDCWD, path, 0) != 0) check(errno == EEXIST);
  struct stat status;
  check(fstat(file->descriptor, &status) == 0);
  if (status.st_size != before->st_size) check(ftruncate(file->descriptor, before->st_size) == 0);
  size_t size = (size_t)before->st_size;
  int is_changed = !is_same(file);
  if (is_changed) check(pwrite(file->descriptor, file->bytes, size, 0) == (ssize_t)size);
  if (status.st_mode != before->st_mode) check(fchmod(file->descriptor, before->st_mode) == 0);
  if (is_changed || memcmp(&status.st_mtim, &before->st_mtim, sizeof status.st_mtim) != 0) {
    const struct timespec times[] = {before->st_atim, before->st_mtim};
    check(futimens(file->descriptor, times) == 0);
  }
}

void snapshot_restore(snapshot_t *snapshot) {
  each(snapshot, snapshot->folder, clear);
  for (size_t i = 0; i < snapshot->count; i++) {
    const entry_t *entry = &snapshot->entries[i];
    if (entry->file) {
      restore_file(entry->file, entry->path);
    } else if (mkdir(entry->path, entry->mode) != 0) {
      check(errno == EEXIST);
    }
  }
}

static int is_shared_memory(const char *path) {
  size_t length = strlen(path);
  return length > 4 && strcmp(path + length - 4, "-shm") == 0;
}

// The state of a walk through a folder, and its result.
static struct {
  uint64_t sum;
  const char *to;
} tour;

static file_t *file_of(snapshot_t *snapshot, const struct stat *status) {
  for (size_t i = 0; i < snapshot->count; i++) {
    file_t *file = snapshot->entries[i].file;
    if (file && file->status.st_ino == status->st_ino) return file;
  }
  return 0;
}

static void *read_all(const char *path, const struct stat *status) {
  size_t size = (size_t)status->st_size;
  void *bytes = found(malloc(size + 1));
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  check(descriptor >= 0 && read(descriptor, bytes, size) == (ssize_t)size);
  close(descriptor);
  return bytes;
}

static uint64_t sum_of_file(snapshot_t *snapshot, const char *path, const struct stat *status) {
  file_t *file = file_of(snapshot, status);
  if (file && file->status.st_size == status->st_size && is_same(file)) return file->sum;
  void *bytes = read_all(path, status);
  uint64_t sum = sum_of(bytes, (size_t)status->st_size);
  free(bytes);
  return sum;
}

static void sum_up(snapshot_t *snapshot, const char *path) {
  struct stat status;
  check(lstat(path, &status) == 0);
  uint64_t sum = 0;
  if (S_ISDIR(status.st_mode)) {
    each(snapshot, path, sum_up);
  } else if (!is_shared_memory(path)) {
    sum = sum_of_file(snapshot, path, &status);
  }
  // The sum does not depend on the order of names.
  tour.sum += add(sum_of(path, strlen(path)), &sum, sizeof sum);
}

uint64_t snapshot_sum(snapshot_t *snapshot) {
  tour.sum = 0;
  each(snapshot, snapshot->folder, sum_up);
  return tour.sum;
}

static void copy(snapshot_t *snapshot, const char *path) {
  (void)snapshot;
  struct stat status;
  check(lstat(path, &status) == 0);
  char name[PATH_MAX];
  check(snprintf(name, sizeof name, "%s%s", tour.to, strrchr(path, '/')) < PATH_MAX);
  if (S_ISDIR(status.st_mode)) {
    check(mkdir(name, 0700) == 0);
    return;
  }
  void *bytes = read_all(path, &status);
  int descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  check(descriptor >= 0 && write(descriptor, bytes, (size_t)status.st_size) == status.st_size);
  close(descriptor);
  free(bytes);
}

void snapshot_copy(snapshot_t *snapshot, const char *to) {
  check(mkdir(to, 0700) == 0);
  tour.to = to;
  each(snapshot, snapshot->folder, copy);
}
