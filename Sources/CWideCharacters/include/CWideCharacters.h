// wcwidth(3), which the C library shows only to programs that ask for X/Open.
#ifndef LORABOOK_CWIDECHARACTERS_H
#define LORABOOK_CWIDECHARACTERS_H

#include <stdint.h>

// How many columns a Unicode scalar takes in the thread's locale; -1 for one that is not known.
int lorabook_columns(uint32_t scalar);

#endif
