// SHA-256 of Nettle, which uses the processor's own instructions for it.
#include <nettle/sha2.h>
