#include "CMinizip.h"

#include <minizip/unzip.h>

#include <stdlib.h>

struct lorabook_zip_state {
  unzFile file;
  void *context;
  lorabook_zip_source source;
  uint64_t count;
  uint64_t at;
};

static voidpf open_stream(voidpf state, const void *name, int mode) {
  (void)name;
  (void)mode;
  return state;
}

static uLong read_stream(voidpf state, voidpf stream, void *bytes, uLong count) {
  struct lorabook_zip_state *zip = stream;
  (void)state;
  size_t read = zip->source(zip->context, zip->at, bytes, count);
  zip->at += read;
  return (uLong)read;
}

static uLong write_stream(voidpf state, voidpf stream, const void *bytes, uLong count) {
  (void)state;
  (void)stream;
  (void)bytes;
  (void)count;
  return 0;
}

static ZPOS64_T tell_stream(voidpf state, voidpf stream) {
  (void)state;
  return ((struct lorabook_zip_state *)stream)->at;
}

static long seek_stream(voidpf state, voidpf stream, ZPOS64_T offset, int origin) {
  struct lorabook_zip_state *zip = stream;
  uint64_t base = origin == ZLIB_FILEFUNC_SEEK_CUR ? zip->at : origin == ZLIB_FILEFUNC_SEEK_END ? zip->count : 0;
  (void)state;
  // An offset in the archive may point anywhere.
  if (base > zip->count || offset > zip->count - base) return -1;
  zip->at = base + offset;
  return 0;
}

static int close_stream(voidpf state, voidpf stream) {
  (void)state;
  (void)stream;
  return 0;
}

lorabook_zip lorabook_zip_open(void *context, uint64_t count, lorabook_zip_source source) {
  struct lorabook_zip_state *zip = calloc(1, sizeof *zip);
  if (!zip) return NULL;
  zip->context = context;
  zip->source = source;
  zip->count = count;
  zlib_filefunc64_def functions = {open_stream, read_stream,  write_stream, tell_stream,
                                   seek_stream, close_stream, close_stream, zip};
  zip->file = unzOpen2_64("", &functions);
  if (zip->file) return zip;
  free(zip);
  return NULL;
}

void lorabook_zip_close(lorabook_zip zip) {
  unzClose(zip->file);
  free(zip);
}

static lorabook_zip_status status_of(int result) {
  switch (result) {
    case UNZ_OK: return LORABOOK_ZIP_DONE;
    case UNZ_END_OF_LIST_OF_FILE: return LORABOOK_ZIP_END;
    case UNZ_CRCERROR: return LORABOOK_ZIP_CHECKSUM;
    case UNZ_INTERNALERROR: return LORABOOK_ZIP_MEMORY;
    default: return LORABOOK_ZIP_MALFORMED;
  }
}

static lorabook_zip_status describe(lorabook_zip zip, int result, lorabook_zip_entry *entry, char *name,
                                    size_t capacity) {
  unz_file_info64 info;
  if (result == UNZ_OK) {
    result = unzGetCurrentFileInfo64(zip->file, &info, name, (uLong)capacity, NULL, 0, NULL, 0);
  }
  if (result != UNZ_OK) return status_of(result);
  entry->count = info.uncompressed_size;
  entry->compressed_count = info.compressed_size;
  entry->method = (uint32_t)info.compression_method;
  entry->is_encrypted = (info.flag & 1) != 0;
  entry->name_count = info.size_filename;
  return LORABOOK_ZIP_DONE;
}

lorabook_zip_status lorabook_zip_first(lorabook_zip zip, lorabook_zip_entry *entry, char *name, size_t capacity) {
  unz_global_info64 info;
  int result = unzGetGlobalInfo64(zip->file, &info);
  // Of an archive without entries the first one is whatever stands there.
  if (result == UNZ_OK && info.number_entry == 0) return LORABOOK_ZIP_END;
  return describe(zip, result == UNZ_OK ? unzGoToFirstFile(zip->file) : result, entry, name, capacity);
}

lorabook_zip_status lorabook_zip_next(lorabook_zip zip, lorabook_zip_entry *entry, char *name, size_t capacity) {
  return describe(zip, unzGoToNextFile(zip->file), entry, name, capacity);
}

uint64_t lorabook_zip_place(lorabook_zip zip) { return unzGetOffset64(zip->file); }

lorabook_zip_status lorabook_zip_begin(lorabook_zip zip, uint64_t place, uint64_t *offset) {
  int result = unzSetOffset64(zip->file, place);
  if (result == UNZ_OK) result = unzOpenCurrentFile(zip->file);
  if (result != UNZ_OK) return status_of(result);
  *offset = unzGetCurrentFileZStreamPos64(zip->file);
  return LORABOOK_ZIP_DONE;
}

lorabook_zip_status lorabook_zip_read(lorabook_zip zip, void *bytes, size_t *count) {
  unsigned room = *count > 1 << 20 ? 1 << 20 : (unsigned)*count;
  int result = unzReadCurrentFile(zip->file, bytes, room);
  *count = result > 0 ? (size_t)result : 0;
  return result >= 0 ? LORABOOK_ZIP_DONE : status_of(result);
}

lorabook_zip_status lorabook_zip_finish(lorabook_zip zip) { return status_of(unzCloseCurrentFile(zip->file)); }
