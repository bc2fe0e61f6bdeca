/* Right in all its parts: the others of this folder are refused for their fault, not for what they share. */
#define BAD_NAME "right"
#include "bad.h"
