/* Its instance is shorter than ABI 1.0 says. */
#define BAD_NAME "short_plugin"
#define BAD_PLUGIN_SIZE 16
#include "bad.h"
