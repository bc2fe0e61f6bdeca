/* Built for the next major ABI. */
#define BAD_NAME "newer_abi"
#define BAD_ABI GCT_ABI(2, 0)
#include "bad.h"
