/* cmocka without the core: unit tests of plugins see what plugins see. */
#ifndef GUICHET_TESTS_UNIT_PLUGINS_CMOCKA_ALONE_H
#define GUICHET_TESTS_UNIT_PLUGINS_CMOCKA_ALONE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
