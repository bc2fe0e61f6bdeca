/* Its instance cannot encode. */
#define BAD_NAME "no_encode"
#define BAD_ENCODE NULL
#include "bad.h"
