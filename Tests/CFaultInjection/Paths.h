#ifndef LORABOOK_PATHS_H
#define LORABOOK_PATHS_H

// Notes by which way an allocation was reached, where this thread notes them.
void paths_note(long call);

#endif
