/* Its instance cannot decode. */
#define BAD_NAME "no_decode"
#define BAD_DECODE NULL
#include "bad.h"
