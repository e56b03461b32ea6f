#define _XOPEN_SOURCE 700
#include "CWideCharacters.h"

#include <wchar.h>

int lorabook_columns(uint32_t scalar) { return wcwidth((wchar_t)scalar); }
