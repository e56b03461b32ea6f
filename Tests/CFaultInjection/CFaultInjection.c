#include "CFaultInjection.h"

#include "Disk.h"
#include "Split.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WATCHES = 32 };

typedef struct {
  atomic_int is_taken;
  _Atomic(char *) prefix;
  atomic_int kind;
  atomic_long nth;
  atomic_int for_good;
  atomic_int code;
  atomic_int no_shared_memory;
  atomic_long calls[FAULT_KINDS + 1];
  atomic_long injected;
  // Records what a power cut would leave of the files; null if none is planned.
  disk_t *_Atomic disk;
} watch_t;

static watch_t watches[MOST_WATCHES];
static _Thread_local int joined = -1;

// Counts a call and returns the result code with which it must fail, or SQLITE_OK.
static int strike(int watch, int kind) {
  if (watch < 0) return SQLITE_OK;
  watch_t *w = &watches[watch];
  long call = atomic_fetch_add(&w->calls[kind], 1) + 1;
  int armed = atomic_load(&w->kind);
  int is_change =
      kind == FAULT_WRITE || kind == FAULT_SYNC || kind == FAULT_TRUNCATE || kind == FAULT_DELETE;
  if (armed == FAULT_POWER && kind != FAULT_MEMORY) {
    call = atomic_fetch_add(&w->calls[FAULT_POWER], is_change) + is_change;
  } else if (armed == FAULT_ANY_FILE && kind != FAULT_MEMORY) {
    call = atomic_fetch_add(&w->calls[FAULT_ANY_FILE], 1) + 1;
  } else if (armed != kind) {
    return SQLITE_OK;
  }
  if (split_is_at(watch, call))
    for (int for_good = 0; for_good < 2; for_good++)
      if (split(call, for_good)) {
        atomic_store(&w->for_good, for_good);
        atomic_store(&w->nth, call);
        break;
      }
  long nth = atomic_load(&w->nth);
  if (nth == 0 || call < nth || (call > nth && !atomic_load(&w->for_good))) return SQLITE_OK;
  atomic_fetch_add(&w->injected, 1);
  int code = atomic_load(&w->code);
  if (armed != FAULT_ANY_FILE && armed != FAULT_POWER) return code;
  switch (kind) {
  case FAULT_OPEN: return SQLITE_CANTOPEN;
  case FAULT_READ: return SQLITE_IOERR_READ;
  case FAULT_WRITE: return SQLITE_IOERR_WRITE;
  case FAULT_SYNC: return SQLITE_IOERR_FSYNC;
  case FAULT_TRUNCATE: return SQLITE_IOERR_TRUNCATE;
  case FAULT_LOCK: return SQLITE_IOERR_LOCK;
  case FAULT_SHM_MAP: return SQLITE_IOERR_SHMMAP;
  case FAULT_SHM_LOCK: return SQLITE_IOERR_SHMLOCK;
  case FAULT_DELETE: return SQLITE_IOERR_DELETE;
  case FAULT_ACCESS: return SQLITE_IOERR_ACCESS;
  default: return SQLITE_IOERR_FSTAT;
  }
}

static disk_t *disk_of(int watch) { return watch < 0 ? 0 : atomic_load(&watches[watch].disk); }

static int watch_of(const char *path) {
  if (!path) return joined;
  for (int i = 0; i < MOST_WATCHES; i++) {
    if (atomic_load(&watches[i].is_taken) != 2) continue;
    // Another test may have taken the watch by now.
    const char *prefix = atomic_load(&watches[i].prefix);
    if (strncmp(path, prefix, strlen(prefix)) == 0) return i;
  }
  return -1;
}

// An open file: our part, with the default VFS's file after it.
typedef struct {
  sqlite3_file base;
  int watch;
  // Its path; null if it has none.
  const char *path;
  sqlite3_file *real;
} file_t;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs vfs;

#define WATCH(file) (((file_t *)(file))->watch)
#define REAL(file) (((file_t *)(file))->real)
#define PATH(file) (((file_t *)(file))->path)
#define STRIKE(watch, kind)                       \
  do {                                            \
    int struck = strike(watch, kind);             \
    if (struck != SQLITE_OK) return struck;       \
  } while (0)

static int file_close(sqlite3_file *f) { return REAL(f)->pMethods->xClose(REAL(f)); }

static int file_read(sqlite3_file *f, void *bytes, int count, sqlite3_int64 at) {
  int code = strike(WATCH(f), FAULT_READ);
  if (code == SQLITE_OK) return REAL(f)->pMethods->xRead(REAL(f), bytes, count, at);
  memset(bytes, 0, count);
  return code;
}

static int file_write(sqlite3_file *f, const void *bytes, int count, sqlite3_int64 at) {
  int code = strike(WATCH(f), FAULT_WRITE);
  disk_t *disk = disk_of(WATCH(f));
  if (code == SQLITE_OK) {
    if (disk) disk_write(disk, PATH(f), bytes, count, at);
    return REAL(f)->pMethods->xWrite(REAL(f), bytes, count, at);
  }
  if (count > 1) (void)REAL(f)->pMethods->xWrite(REAL(f), bytes, count / 2, at);
  return code;
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size) {
  STRIKE(WATCH(f), FAULT_TRUNCATE);
  disk_t *disk = disk_of(WATCH(f));
  if (disk) disk_truncate(disk, PATH(f), size);
  return REAL(f)->pMethods->xTruncate(REAL(f), size);
}

// Tests simulate the power cut, so watched files need not reach the disk.
static int file_sync(sqlite3_file *f, int flags) {
  STRIKE(WATCH(f), FAULT_SYNC);
  disk_t *disk = disk_of(WATCH(f));
  if (disk) disk_sync(disk, PATH(f));
  return WATCH(f) >= 0 ? SQLITE_OK : REAL(f)->pMethods->xSync(REAL(f), flags);
}

static int file_size(sqlite3_file *f, sqlite3_int64 *size) {
  STRIKE(WATCH(f), FAULT_SIZE);
  return REAL(f)->pMethods->xFileSize(REAL(f), size);
}

static int file_lock(sqlite3_file *f, int level) {
  STRIKE(WATCH(f), FAULT_LOCK);
  return REAL(f)->pMethods->xLock(REAL(f), level);
}

static int file_unlock(sqlite3_file *f, int level) {
  return REAL(f)->pMethods->xUnlock(REAL(f), level);
}

static int file_check_reserved(sqlite3_file *f, int *is_locked) {
  return REAL(f)->pMethods->xCheckReservedLock(REAL(f), is_locked);
}

static int file_control(sqlite3_file *f, int what, void *argument) {
  return REAL(f)->pMethods->xFileControl(REAL(f), what, argument);
}

static int file_sector_size(sqlite3_file *f) { return REAL(f)->pMethods->xSectorSize(REAL(f)); }

static int file_characteristics(sqlite3_file *f) {
  return REAL(f)->pMethods->xDeviceCharacteristics(REAL(f));
}

static int file_shm_map(sqlite3_file *f, int region, int size, int extend, void volatile **at) {
  int code = strike(WATCH(f), FAULT_SHM_MAP);
  if (code == SQLITE_OK) return REAL(f)->pMethods->xShmMap(REAL(f), region, size, extend, at);
  *at = 0;
  return code;
}

static int file_shm_lock(sqlite3_file *f, int offset, int count, int flags) {
  if (flags & SQLITE_SHM_LOCK) STRIKE(WATCH(f), FAULT_SHM_LOCK);
  return REAL(f)->pMethods->xShmLock(REAL(f), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *f) { REAL(f)->pMethods->xShmBarrier(REAL(f)); }

static int file_shm_unmap(sqlite3_file *f, int remove) {
  return REAL(f)->pMethods->xShmUnmap(REAL(f), remove);
}

static int file_fetch(sqlite3_file *f, sqlite3_int64 at, int count, void **bytes) {
  return REAL(f)->pMethods->xFetch(REAL(f), at, count, bytes);
}

static int file_unfetch(sqlite3_file *f, sqlite3_int64 at, void *bytes) {
  return REAL(f)->pMethods->xUnfetch(REAL(f), at, bytes);
}

#define METHODS(version)                                                                        \
  {version,        file_close,          file_read,    file_write,       file_truncate,          \
   file_sync,      file_size,           file_lock,    file_unlock,      file_check_reserved,    \
   file_control,   file_sector_size,    file_characteristics, file_shm_map, file_shm_lock,      \
   file_shm_barrier, file_shm_unmap,    file_fetch,   file_unfetch}

static const sqlite3_io_methods methods = METHODS(3);
static const sqlite3_io_methods methods_without_shared_memory = METHODS(1);

static int vfs_open(
    sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *out_flags) {
  (void)v;
  file_t *file = (file_t *)f;
  file->base.pMethods = 0;
  file->watch = watch_of(path);
  file->path = path;
  file->real = (sqlite3_file *)&file[1];
  STRIKE(file->watch, FAULT_OPEN);
  disk_t *disk = disk_of(file->watch);
  if (disk) disk_open(disk, path);
  int code = real_vfs->xOpen(real_vfs, path, file->real, flags, out_flags);
  if (file->real->pMethods) {
    int withheld = file->watch >= 0 && atomic_load(&watches[file->watch].no_shared_memory);
    file->base.pMethods = withheld ? &methods_without_shared_memory : &methods;
  }
  return code;
}

static int vfs_delete(sqlite3_vfs *v, const char *path, int sync_folder) {
  (void)v;
  int watch = watch_of(path);
  STRIKE(watch, FAULT_DELETE);
  disk_t *disk = disk_of(watch);
  if (disk) disk_delete(disk, path, sync_folder);
  return real_vfs->xDelete(real_vfs, path, sync_folder);
}

static int vfs_access(sqlite3_vfs *v, const char *path, int flags, int *result) {
  (void)v;
  STRIKE(watch_of(path), FAULT_ACCESS);
  return real_vfs->xAccess(real_vfs, path, flags, result);
}

static int vfs_sleep(sqlite3_vfs *v, int microseconds) {
  (void)v;
  return joined >= 0 ? microseconds : real_vfs->xSleep(real_vfs, microseconds);
}

static sqlite3_mem_methods real_memory;

static void *memory_malloc(int count) {
  return strike(joined, FAULT_MEMORY) == SQLITE_OK ? real_memory.xMalloc(count) : 0;
}

static void *memory_realloc(void *bytes, int count) {
  return strike(joined, FAULT_MEMORY) == SQLITE_OK ? real_memory.xRealloc(bytes, count) : 0;
}

static void memory_free(void *bytes) {
  if (!split_keeps_memory()) real_memory.xFree(bytes);
}

__attribute__((constructor)) static void install(void) {
  // This must come before SQLite's first allocation.
  if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK) abort();
  sqlite3_mem_methods memory = real_memory;
  memory.xMalloc = memory_malloc;
  memory.xRealloc = memory_realloc;
  memory.xFree = memory_free;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK) abort();
  // Counting allocations takes a lock, for which tests on several threads would wait.
  if (sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK) abort();
  real_vfs = sqlite3_vfs_find(0);
  if (!real_vfs) abort();
  vfs = *real_vfs;
  vfs.pNext = 0;
  vfs.zName = "faults";
  vfs.szOsFile = (int)sizeof(file_t) + real_vfs->szOsFile;
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.xAccess = vfs_access;
  vfs.xSleep = vfs_sleep;
  if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) abort();
}

// A copy of a text that is never freed, because another thread may be comparing with it.
static char *kept(const char *text) {
  typedef struct copy {
    struct copy *next;
    char text[];
  } copy_t;
  static _Atomic(copy_t *) newest;
  copy_t *copy = malloc(sizeof *copy + strlen(text) + 1);
  if (!copy) abort();
  strcpy(copy->text, text);
  copy->next = atomic_load(&newest);
  while (!atomic_compare_exchange_weak(&newest, &copy->next, copy)) {}
  return copy->text;
}

int faults_watch(const char *prefix) {
  for (int i = 0; i < MOST_WATCHES; i++) {
    int is_free = 0;
    if (!atomic_compare_exchange_strong(&watches[i].is_taken, &is_free, 1)) continue;
    atomic_store(&watches[i].prefix, kept(prefix));
    atomic_store(&watches[i].no_shared_memory, 0);
    faults_arm(i, FAULT_OPEN, 0, 0, SQLITE_OK);
    atomic_store(&watches[i].is_taken, 2);
    return i;
  }
  return -1;
}

static void change_disk(int watch, disk_t *disk) {
  disk_t *before = atomic_exchange(&watches[watch].disk, disk);
  if (before) disk_free(before);
}

void faults_unwatch(int watch) {
  change_disk(watch, 0);
  atomic_store(&watches[watch].is_taken, 1);
  // The prefix is kept.
  atomic_store(&watches[watch].is_taken, 0);
}

void faults_arm(int watch, int kind, long nth, int for_good, int code) {
  watch_t *w = &watches[watch];
  atomic_store(&w->nth, 0);
  for (int i = 0; i <= FAULT_KINDS; i++) atomic_store(&w->calls[i], 0);
  atomic_store(&w->injected, 0);
  change_disk(watch, kind == FAULT_POWER ? disk_make() : 0);
  atomic_store(&w->kind, kind);
  atomic_store(&w->for_good, for_good);
  atomic_store(&w->code, code);
  atomic_store(&w->nth, nth);
}

void faults_disarm(int watch) { atomic_store(&watches[watch].nth, 0); }

void faults_lose_power(int watch, unsigned chance) {
  disk_t *disk = disk_of(watch);
  if (disk) disk_lose_power(disk, chance);
  change_disk(watch, 0);
}

void faults_withhold_shared_memory(int watch, int withheld) {
  atomic_store(&watches[watch].no_shared_memory, withheld);
}

long faults_calls(int watch, int kind) { return atomic_load(&watches[watch].calls[kind]); }

long faults_injected(int watch) { return atomic_load(&watches[watch].injected); }

void faults_join(int watch) { joined = watch; }
