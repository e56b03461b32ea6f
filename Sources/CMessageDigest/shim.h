// The digests of libmd, of which the build uses SHA-256 alone.
#include <sys/types.h>
#include <sha256.h>
