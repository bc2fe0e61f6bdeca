/* Its table names no plugin. */
#define BAD_NAME "no_entry_id"
#define BAD_ID NULL
#include "bad.h"
