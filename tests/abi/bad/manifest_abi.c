/* Its manifest needs a newer minor ABI. */
#define BAD_NAME "manifest_abi"
#define BAD_MANIFEST "{\"id\":\"manifest_abi\",\"name\":\"x\",\"version\":\"1\",\"abi\":\"1.9\"}"
#include "bad.h"
