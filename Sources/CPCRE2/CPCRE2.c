#include "CPCRE2.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdio.h>
#include <stdlib.h>

struct lorabook_pattern_state {
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *context;
};

void lorabook_pattern_destroy(lorabook_pattern pattern) {
  if (!pattern) return;
  pcre2_match_context_free(pattern->context);
  pcre2_match_data_free(pattern->data);
  pcre2_code_free(pattern->code);
  free(pattern);
}

lorabook_pattern lorabook_pattern_compile(const void *pattern, size_t count, uint32_t steps, size_t *position,
                                          char *reason, size_t capacity) {
  int error = 0;
  *position = 0;
  snprintf(reason, capacity, "the memory is exhausted");
  struct lorabook_pattern_state *state = calloc(1, sizeof *state);
  pcre2_compile_context *compiling = pcre2_compile_context_create(NULL);
  if (state && compiling) {
    pcre2_set_newline(compiling, PCRE2_NEWLINE_LF);
    state->code = pcre2_compile(pattern, count, PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, position,
                                compiling);
    if (!state->code) pcre2_get_error_message(error, (PCRE2_UCHAR *)reason, capacity);
  }
  pcre2_compile_context_free(compiling);
  if (state && state->code) {
    state->data = pcre2_match_data_create(1, NULL);
    state->context = pcre2_match_context_create(NULL);
    if (state->data && state->context) {
      pcre2_set_match_limit(state->context, steps);
      pcre2_set_depth_limit(state->context, steps);
      pcre2_set_heap_limit(state->context, 16 * 1024);
      return state;
    }
  }
  lorabook_pattern_destroy(state);
  return NULL;
}

lorabook_pattern_result lorabook_pattern_match(lorabook_pattern pattern, const void *text, size_t count,
                                               int anchored) {
  int result = pcre2_match(pattern->code, text, count, 0, anchored ? PCRE2_ANCHORED : 0, pattern->data,
                           pattern->context);
  // 0 says that there were more groups than places for them.
  if (result >= 0) return LORABOOK_PATTERN_MATCH;
  switch (result) {
    case PCRE2_ERROR_NOMATCH: return LORABOOK_PATTERN_NO_MATCH;
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT: return LORABOOK_PATTERN_LIMIT;
    default: return LORABOOK_PATTERN_FAILED;
  }
}
