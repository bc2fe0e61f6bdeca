/* What must not happen, said in one line: assertions that print both values, and the small macros of the
 * house.
 *
 * An impossible state ends the process with file, line and values; a possible one is a gct_status (error.h).
 */
#ifndef GUICHET_CORE_BASE_CHECK_H
#define GUICHET_CORE_BASE_CHECK_H

#include <stddef.h>
#include <stdint.h>

#define GCT_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define GCT_NODISCARD __attribute__((warn_unused_result))
#define GCT_UNUSED __attribute__((unused))
#define GCT_VPRINTF(text) __attribute__((format(printf, text, 0)))
#define GCT_PRINTF(text, first) __attribute__((format(printf, text, first)))

/* The struct that holds member, from a pointer to that member. */
#define GCT_STRUCT_OF(pointer, tag, member)                                                                  \
    ((struct tag *)(void *)((char *)(pointer)-offsetof(struct tag, member)))

/* Ends the process: "file:line: what (left, right)". Any thread. */
_Noreturn void gct_check_failed(const char *file, int line, const char *what, uint64_t left, uint64_t right);

#define GCT_CHECK(condition)                                                                                 \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            gct_check_failed(__FILE__, __LINE__, #condition, 0u, 0u);                                        \
        }                                                                                                    \
    } while (0)

#define GCT_CHECK_EQ(left, right)                                                                            \
    do {                                                                                                     \
        uint64_t check_left = (uint64_t)(left);                                                              \
        uint64_t check_right = (uint64_t)(right);                                                            \
        if (check_left != check_right) {                                                                     \
            gct_check_failed(__FILE__, __LINE__, #left " == " #right, check_left, check_right);              \
        }                                                                                                    \
    } while (0)

/* A long-lived struct begins with a magic number, which is checked where it enters a module. */
#define GCT_CHECK_OBJ(object, magic_number)                                                                  \
    do {                                                                                                     \
        GCT_CHECK((object) != NULL);                                                                         \
        GCT_CHECK_EQ((object)->magic, (magic_number));                                                       \
    } while (0)

#endif
