// The entries of a zip archive, read with minizip from wherever a callback takes the bytes.
#ifndef LORABOOK_CMINIZIP_H
#define LORABOOK_CMINIZIP_H

#include <stddef.h>
#include <stdint.h>

typedef struct lorabook_zip_state *lorabook_zip;

// Copies `count` bytes from `offset` of the archive; returns how many, fewer only where they end or cannot be read.
typedef size_t (*lorabook_zip_source)(void *context, uint64_t offset, void *bytes, size_t count);

typedef struct {
  uint64_t count;
  uint64_t compressed_count;
  // 0 stored, 8 deflated; others cannot be read.
  uint32_t method;
  int is_encrypted;
  // How many bytes the name has, which may be more than were asked for.
  size_t name_count;
} lorabook_zip_entry;

typedef enum {
  LORABOOK_ZIP_DONE,
  // There are no further entries.
  LORABOOK_ZIP_END,
  LORABOOK_ZIP_MALFORMED,
  // The bytes are not those whose check sum the archive has.
  LORABOOK_ZIP_CHECKSUM,
  LORABOOK_ZIP_MEMORY,
} lorabook_zip_status;

// NULL where there is no archive, or none whose directory can be read. `context` is used until the archive is closed.
lorabook_zip lorabook_zip_open(void *context, uint64_t count, lorabook_zip_source source);
void lorabook_zip_close(lorabook_zip zip);

// Goes to the first entry, or to the one after the current, and says what the directory has of it; its name, of up to
// `capacity` bytes, goes into `name` without an end mark.
lorabook_zip_status lorabook_zip_first(lorabook_zip zip, lorabook_zip_entry *entry, char *name, size_t capacity);
lorabook_zip_status lorabook_zip_next(lorabook_zip zip, lorabook_zip_entry *entry, char *name, size_t capacity);

// A place to come back to: the current entry's.
uint64_t lorabook_zip_place(lorabook_zip zip);

// Opens the entry at a place for reading, and says where its bytes stand in the archive.
lorabook_zip_status lorabook_zip_begin(lorabook_zip zip, uint64_t place, uint64_t *offset);
// Reads on in the open entry: `count` is how many bytes there is room for, and how many there were; 0 at the end.
lorabook_zip_status lorabook_zip_read(lorabook_zip zip, void *bytes, size_t *count);
// Ends reading; where all was read, says whether the check sum is right.
lorabook_zip_status lorabook_zip_finish(lorabook_zip zip);

#endif
