/* One line a case, as the Test Anything Protocol wants it, and the comparison of a text with a file. */
#ifndef GUICHET_TESTS_PLUGINS_TAP_H
#define GUICHET_TESTS_PLUGINS_TAP_H

#include <guichet/abi.h>

#include "base/check.h"

struct tap {
    unsigned passed;
    unsigned failed;
    int write; /* write the second files instead of comparing with them */
};

/* detail: why not, printed only when ok is 0; "" for none. */
void tap_case(struct tap *tap, int ok, const char *detail, const char *name, ...) GCT_PRINTF(4, 5);

/* Compares text with the file of the name; the first lines that differ are the detail. */
void tap_golden(struct tap *tap, const char *file, struct gct_slice text, struct gct_slice name);

/* "1..N" and the exit status of the program. */
int tap_end(const struct tap *tap);

#endif
