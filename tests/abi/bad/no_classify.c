/* Its instance cannot classify. */
#define BAD_NAME "no_classify"
#define BAD_CLASSIFY NULL
#include "bad.h"
