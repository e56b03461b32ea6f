// A JSON text (RFC 8259) read event by event with nlohmann's library, behind a C name.
#ifndef LORABOOK_CNLOHMANNJSON_H
#define LORABOOK_CNLOHMANNJSON_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  LORABOOK_JSON_NULL,
  LORABOOK_JSON_BOOLEAN,
  // A number without a sign, fraction and exponent that a uint64_t holds.
  LORABOOK_JSON_UNSIGNED,
  // A number with a minus sign, without fraction and exponent, that an int64_t holds.
  LORABOOK_JSON_SIGNED,
  // Any other number, as the nearest double.
  LORABOOK_JSON_REAL,
  LORABOOK_JSON_STRING,
  LORABOOK_JSON_KEY,
  LORABOOK_JSON_OBJECT_START,
  LORABOOK_JSON_OBJECT_END,
  LORABOOK_JSON_ARRAY_START,
  LORABOOK_JSON_ARRAY_END,
} lorabook_json_kind;

typedef struct {
  lorabook_json_kind kind;
  // Of a string or a key: UTF-8 without an end mark, good until the callback returns.
  const char *text;
  size_t count;
  // The value of the kind that has one; a boolean is 0 or 1 in `whole`.
  uint64_t whole;
  int64_t negative;
  double real;
} lorabook_json_event;

typedef enum {
  LORABOOK_JSON_DONE,
  // The callback returned 0.
  LORABOOK_JSON_STOPPED,
  LORABOOK_JSON_MALFORMED,
  // The memory is exhausted.
  LORABOOK_JSON_MEMORY,
} lorabook_json_status;

// Reads a whole text and calls `event` for each event in its order until it returns 0. Where the text is malformed,
// `position` is how many bytes were read and `reason`, of `capacity` bytes, gets the library's words.
//
// A byte-order mark is skipped and a NUL byte ends the text: a caller who refuses them looks for them before.
lorabook_json_status lorabook_json_read(
    const void *bytes, size_t count, void *context,
    int (*event)(void *context, const lorabook_json_event *event), size_t *position, char *reason,
    size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
