#include "CArguments.h"

#include <stddef.h>

static int count;
static char *const none[] = {NULL};
static char *const *arguments = none;

// The GNU C library calls constructors with what it calls main with.
__attribute__((constructor)) static void keep(int argc, char **argv, char **environment) {
  (void)environment;
  count = argc;
  arguments = argv;
}

int lorabook_argument_count(void) { return count; }

char *const *lorabook_arguments(void) { return arguments; }
