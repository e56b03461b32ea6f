// Regular expressions with PCRE2, each match within a bound of its own.
#ifndef LORABOOK_CPCRE2_H
#define LORABOOK_CPCRE2_H

#include <stddef.h>
#include <stdint.h>

typedef struct lorabook_pattern_state *lorabook_pattern;

// Compiles a pattern of UTF-8 whose \d, \w and \s and whose cases are Unicode's; a line ends with LF alone. A match
// takes at most `steps` steps and 16 MB. Returns NULL where the pattern is malformed, and then `position` is the byte
// and `reason`, of `capacity` bytes, gets the library's words.
lorabook_pattern lorabook_pattern_compile(const void *pattern, size_t count, uint32_t steps, size_t *position,
                                          char *reason, size_t capacity);
void lorabook_pattern_destroy(lorabook_pattern pattern);

typedef enum {
  LORABOOK_PATTERN_NO_MATCH,
  LORABOOK_PATTERN_MATCH,
  // More steps or memory than a match may take.
  LORABOOK_PATTERN_LIMIT,
  // The text is no UTF-8, or the memory is exhausted.
  LORABOOK_PATTERN_FAILED,
} lorabook_pattern_result;

// Whether the pattern matches in a text: at its start where `anchored`, else anywhere. One thread at a time may use a
// pattern.
lorabook_pattern_result lorabook_pattern_match(lorabook_pattern pattern, const void *text, size_t count,
                                               int anchored);

#endif
