/* Its table names another plugin than its manifest. */
#define BAD_NAME "entry_id"
#define BAD_ID "messenger"
#include "bad.h"
