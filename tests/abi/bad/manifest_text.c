/* A manifest that is no JSON. */
#define BAD_NAME "manifest_text"
#define BAD_MANIFEST "id = manifest_text"
#include "bad.h"
