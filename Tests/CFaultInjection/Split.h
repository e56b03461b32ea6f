// Splits the process in two where a call is to fail.
#ifndef LORABOOK_SPLIT_H
#define LORABOOK_SPLIT_H

// Whether the process is to be split at a call of a watch, of the kind that it is armed with.
int split_is_at(int watch, long call);

// Whether this process was split off as one of very many, which ends soon and gives no memory back: who does writes into
// it, which makes it another page.
int split_keeps_memory(void);

// Splits the process in two. The one that is split off returns 1, the other 0 when that one has ended and the folder is as
// it was.
int split(long call, int for_good);

#endif
