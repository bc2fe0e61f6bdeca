/* A table and no manifest. */
#define BAD_NAME "no_manifest"
#define BAD_NO_MANIFEST
#include "bad.h"
