// Mustache's templates (kainjow::mustache) and what is put into them, behind C names.
//
// Whatever fails, nothing is done from then on, and lorabook_mustache_render says what it was: it
// alone needs to be asked.
#ifndef LORABOOK_CMUSTACHE_H
#define LORABOOK_CMUSTACHE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Templates, and an object that is put into them.
typedef struct lorabook_mustache_state *lorabook_mustache;

typedef enum {
  LORABOOK_MUSTACHE_DONE,
  // The text says what is wrong with which template.
  LORABOOK_MUSTACHE_MALFORMED,
  // The text is a name that a template asks for and that is not there.
  LORABOOK_MUSTACHE_MISSING,
  // The memory is exhausted.
  LORABOOK_MUSTACHE_MEMORY,
} lorabook_mustache_status;

// Bytes without an end mark: zero bytes and what is no UTF-8 are bytes like others. What comes in
// is copied.
typedef struct {
  const void *bytes;
  size_t count;
} lorabook_mustache_text;

// NULL where the memory is exhausted.
lorabook_mustache lorabook_mustache_create(void);
void lorabook_mustache_destroy(lorabook_mustache mustache);

// A template under the name by which others include it.
void lorabook_mustache_add_template(
    lorabook_mustache mustache, lorabook_mustache_text name, lorabook_mustache_text text);

// Parts of the object that was opened last, at first of the outermost.
void lorabook_mustache_put_text(
    lorabook_mustache mustache, lorabook_mustache_text key, lorabook_mustache_text text);
// A section of it is there once (1) or not at all (0), and as a text it is empty.
void lorabook_mustache_put_flag(lorabook_mustache mustache, lorabook_mustache_text key, int flag);
void lorabook_mustache_open_object(lorabook_mustache mustache, lorabook_mustache_text key);
// Closes the object that was opened last; nothing where none was.
void lorabook_mustache_close_object(lorabook_mustache mustache);
// A list of objects. Whenever a template comes to one of them, `fill` puts the parts of that one,
// which are forgotten behind it: a large table is never there as a whole. `release` is called once,
// when the list is forgotten or cannot be kept. Neither may throw.
void lorabook_mustache_put_list(
    lorabook_mustache mustache, lorabook_mustache_text key, size_t count, void *context,
    void (*fill)(void *context, size_t index), void (*release)(void *context));

// What a template makes of the outermost object, or what went wrong; the text is there until the
// next call.
//
// A name is looked up in the innermost object alone, and must be there. By the rules of Mustache a
// name that an object lacks is taken from those around it: what comes out here is what comes out by
// those rules too, and no value of an outer object comes in the place of one that was forgotten.
//
// Escaped are < > & " ' of every text but those in three braces.
lorabook_mustache_status lorabook_mustache_render(
    lorabook_mustache mustache, lorabook_mustache_text name, lorabook_mustache_text *result);

#ifdef __cplusplus
}
#endif
#endif
