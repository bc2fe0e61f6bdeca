/* Its table is shorter than ABI 1.0 says. */
#define BAD_NAME "short_entry"
#define BAD_ENTRY_SIZE 4
#include "bad.h"
