/* cmocka wants four headers before its own; this is the one place that knows. */
#ifndef GUICHET_TESTS_UNIT_CMOCKA_ALL_H
#define GUICHET_TESTS_UNIT_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/slice.h"

/* assert that a slice holds exactly this text. */
#define assert_slice(slice, text)                                                                            \
    do {                                                                                                     \
        struct gct_slice assert_slice_value = (slice);                                                       \
        assert_int_equal(assert_slice_value.len, strlen(text));                                              \
        assert_memory_equal(assert_slice_value.len == 0 ? "" : assert_slice_value.ptr, text, strlen(text));  \
    } while (0)

#endif
