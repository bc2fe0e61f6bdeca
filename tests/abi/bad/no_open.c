/* Its table has no open(). */
#define BAD_NAME "no_open"
#define BAD_OPEN NULL
#include "bad.h"
