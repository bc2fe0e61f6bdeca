/* A manifest and no table. */
#define BAD_NAME "no_symbol"
#define BAD_NO_ENTRY
#include "bad.h"
