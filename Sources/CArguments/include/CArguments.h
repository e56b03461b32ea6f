// What main is called with, for code that the call does not reach: Swift's own CommandLine reads it in /proc/self/cmdline,
// and has no arguments where /proc is not mounted.
#ifndef LORABOOK_CARGUMENTS_H
#define LORABOOK_CARGUMENTS_H

// How many arguments there are, the program's name among them.
int lorabook_argument_count(void);

// The arguments and, behind them, a null pointer, as execve(2) has them.
char *const *lorabook_arguments(void);

#endif
