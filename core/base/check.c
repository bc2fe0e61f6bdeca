#include "base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void gct_check_failed(const char *file, int line, const char *what, uint64_t left, uint64_t right)
{
    fprintf(stderr, "%s:%d: check failed: %s (%" PRIu64 ", %" PRIu64 ")\n", file, line, what, left, right);
    abort();
}
