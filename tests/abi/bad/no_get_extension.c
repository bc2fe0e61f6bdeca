/* Its instance cannot be asked for extensions. */
#define BAD_NAME "no_get_extension"
#define BAD_GET_EXTENSION NULL
#include "bad.h"
