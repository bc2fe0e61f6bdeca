/* Its manifest names another plugin than its file. */
#define BAD_NAME "manifest_id"
#define BAD_MANIFEST "{\"id\":\"messenger\",\"name\":\"x\",\"version\":\"1\",\"abi\":\"1.0\"}"
#include "bad.h"
