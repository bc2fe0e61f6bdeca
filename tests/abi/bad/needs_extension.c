/* It cannot work without what no host has. */
#define BAD_NAME "needs_extension"
#define BAD_MANIFEST                                                                                         \
    "{\"id\":\"needs_extension\",\"name\":\"x\",\"version\":\"1\",\"abi\":\"1.0\",\"requires\":[\"gct.time/" \
    "1\"]}"
#include "bad.h"
