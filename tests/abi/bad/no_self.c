/* Its instance has no memory of its own. */
#define BAD_NAME "no_self"
#define BAD_SELF NULL
#include "bad.h"
