#include "Disk.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Size of an atomic write.
enum { SECTOR = 512 };

typedef struct {
  int is_there;
  uint8_t *bytes;
  size_t size;
} content_t;

typedef enum { CHANGE_WRITE, CHANGE_TRUNCATE, CHANGE_DELETE } change_kind_t;

typedef struct change {
  struct change *next;
  change_kind_t kind;
  int64_t at;
  size_t count;
  uint8_t bytes[];
} change_t;

typedef struct file {
  struct file *next;
  char *path;
  content_t synced;
  // The changes since, in order.
  change_t *first, **end;
} file_t;

struct disk {
  pthread_mutex_t lock;
  file_t *files;
};

static void *found(void *pointer) {
  if (!pointer) abort();
  return pointer;
}

static int ends_with(const char *text, const char *ending) {
  size_t length = strlen(text), tail = strlen(ending);
  return length >= tail && strcmp(text + length - tail, ending) == 0;
}

// Drafts and copies are synced and linked without SQLite, and are not part of a book. A merge's
// temporary files are in a folder of their own, which is gone by then.
static int is_of_a_book(const char *path) {
  return path && !strstr(path, ".merge-") &&
         (ends_with(path, ".db") || ends_with(path, ".db-wal") || ends_with(path, ".db-journal"));
}

static void resize(content_t *content, size_t size) {
  if (size > content->size) {
    content->bytes = found(realloc(content->bytes, size));
    memset(content->bytes + content->size, 0, size - content->size);
  }
  content->size = size;
}

static void put(content_t *content, const uint8_t *bytes, size_t count, size_t at) {
  content->is_there = 1;
  if (at + count > content->size) resize(content, at + count);
  memcpy(content->bytes + at, bytes, count);
}

static void apply(content_t *content, const change_t *change) {
  switch (change->kind) {
  case CHANGE_WRITE: put(content, change->bytes, change->count, (size_t)change->at); break;
  case CHANGE_TRUNCATE: resize(content, (size_t)change->at); break;
  case CHANGE_DELETE: resize(content, 0); content->is_there = 0; break;
  }
}

static void forget_changes(file_t *file) {
  for (change_t *change = file->first, *next; change; change = next) {
    next = change->next;
    free(change);
  }
  file->first = 0;
  file->end = &file->first;
}

static void sync_all(file_t *file) {
  for (change_t *change = file->first; change; change = change->next) apply(&file->synced, change);
  forget_changes(file);
}

static void sync_deletion(file_t *file) {
  change_t *last = 0;
  for (change_t *change = file->first; change; change = change->next)
    if (change->kind == CHANGE_DELETE) last = change;
  while (last) {
    change_t *change = file->first;
    int is_last = change == last;
    apply(&file->synced, change);
    file->first = change->next;
    if (!file->first) file->end = &file->first;
    free(change);
    if (is_last) return;
  }
}

static file_t *file_of(disk_t *disk, const char *path) {
  for (file_t *file = disk->files; file; file = file->next)
    if (strcmp(file->path, path) == 0) return file;
  file_t *file = found(calloc(1, sizeof *file));
  file->path = found(strdup(path));
  file->end = &file->first;
  FILE *there = fopen(path, "rb");
  if (there) {
    uint8_t bytes[4096];
    size_t count;
    file->synced.is_there = 1;
    while ((count = fread(bytes, 1, sizeof bytes, there)) > 0)
      put(&file->synced, bytes, count, file->synced.size);
    fclose(there);
  }
  file->next = disk->files;
  disk->files = file;
  return file;
}

// Locks the disk and returns the file of a path, or null if it is not tracked.
static file_t *begin(disk_t *disk, const char *path) {
  if (!is_of_a_book(path)) return 0;
  pthread_mutex_lock(&disk->lock);
  return file_of(disk, path);
}

static void end(disk_t *disk) { pthread_mutex_unlock(&disk->lock); }

static void add(file_t *file, change_kind_t kind, int64_t at, const void *bytes, size_t count) {
  change_t *change = found(malloc(sizeof *change + count));
  *change = (change_t){.kind = kind, .at = at, .count = count};
  if (count > 0) memcpy(change->bytes, bytes, count);
  *file->end = change;
  file->end = &change->next;
}

disk_t *disk_make(void) {
  disk_t *disk = found(calloc(1, sizeof *disk));
  pthread_mutex_init(&disk->lock, 0);
  return disk;
}

void disk_free(disk_t *disk) {
  for (file_t *file = disk->files, *next; file; file = next) {
    next = file->next;
    forget_changes(file);
    free(file->synced.bytes);
    free(file->path);
    free(file);
  }
  pthread_mutex_destroy(&disk->lock);
  free(disk);
}

void disk_open(disk_t *disk, const char *path) {
  if (begin(disk, path)) end(disk);
}

void disk_write(disk_t *disk, const char *path, const void *bytes, int count, int64_t at) {
  file_t *file = begin(disk, path);
  if (!file) return;
  add(file, CHANGE_WRITE, at, bytes, (size_t)count);
  end(disk);
}

void disk_truncate(disk_t *disk, const char *path, int64_t size) {
  file_t *file = begin(disk, path);
  if (!file) return;
  add(file, CHANGE_TRUNCATE, size, 0, 0);
  end(disk);
}

void disk_sync(disk_t *disk, const char *path) {
  file_t *file = begin(disk, path);
  if (!file) return;
  int is_new = !file->synced.is_there;
  sync_all(file);
  // SQLite syncs the folder with a new log or journal, and so earlier deletions there.
  if (is_new && !ends_with(path, ".db"))
    for (file_t *other = disk->files; other; other = other->next) sync_deletion(other);
  end(disk);
}

void disk_delete(disk_t *disk, const char *path, int folder_is_synced) {
  file_t *file = begin(disk, path);
  if (!file) return;
  add(file, CHANGE_DELETE, 0, 0, 0);
  if (folder_is_synced) sync_all(file);
  end(disk);
}

typedef struct {
  unsigned chance;
  uint64_t state;
} chance_t;

// SplitMix64.
static uint64_t draw(chance_t *chance) {
  uint64_t z = chance->state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

static int happens(chance_t *chance) {
  return chance->chance < 2 ? (int)chance->chance : (int)(draw(chance) & 1);
}

// Applies a write of which each sector may or may not have reached the disk.
static void tear(content_t *content, const change_t *change, chance_t *chance) {
  for (size_t from = 0; from < change->count;) {
    size_t to = from + SECTOR - ((size_t)change->at + from) % SECTOR;
    if (to > change->count) to = change->count;
    if (happens(chance)) put(content, change->bytes + from, to - from, (size_t)change->at + from);
    from = to;
  }
}

static void settle(file_t *file, chance_t *chance) {
  content_t content = {0};
  if (file->synced.size > 0) put(&content, file->synced.bytes, file->synced.size, 0);
  content.is_there = file->synced.is_there;
  for (change_t *change = file->first; change; change = change->next) {
    int is_kept = happens(chance);
    // A file created anew under the name has no part of one that still exists.
    if (change->kind == CHANGE_DELETE && !is_kept) break;
    if (is_kept) {
      apply(&content, change);
    } else if (change->kind == CHANGE_WRITE) {
      tear(&content, change, chance);
    }
  }
  if (content.is_there) {
    FILE *there = found(fopen(file->path, "wb"));
    if (fwrite(content.bytes, 1, content.size, there) != content.size || fclose(there) != 0) abort();
  } else {
    unlink(file->path);
  }
  free(content.bytes);
}

void disk_lose_power(disk_t *disk, unsigned chance) {
  chance_t drawn = {.chance = chance, .state = chance};
  for (file_t *file = disk->files; file; file = file->next) {
    settle(file, &drawn);
    if (!ends_with(file->path, ".db")) continue;
    char *shared = found(malloc(strlen(file->path) + sizeof "-shm"));
    sprintf(shared, "%s-shm", file->path);
    unlink(shared);
    free(shared);
  }
}
