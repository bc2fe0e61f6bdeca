/* Built for the ABI before the first. */
#define BAD_NAME "older_abi"
#define BAD_ABI GCT_ABI(0, 9)
#include "bad.h"
