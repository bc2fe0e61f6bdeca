#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/slice.h"

#define FILE_LIMIT ((size_t)8u << 20)

void tap_case(struct tap *tap, int ok, const char *detail, const char *name, ...)
{
    va_list args;

    tap->passed += ok ? 1 : 0;
    tap->failed += ok ? 0 : 1;
    (void)printf("%s %u - ", ok ? "ok" : "not ok", tap->passed + tap->failed);
    va_start(args, name);
    (void)vprintf(name, args);
    va_end(args);
    (void)printf("\n");
    if (!ok && detail[0] != '\0')
        (void)printf("%s%s\n", detail[0] == '#' ? "" : "# ", detail);
}

static void describe(char *detail, size_t room, struct gct_slice wanted, struct gct_slice got)
{
    struct gct_slice left = GCT_EMPTY;
    struct gct_slice right = GCT_EMPTY;
    unsigned number = 0;
    int more;

    do {
        int first = gct_slice_split(&wanted, '\n', &left);
        int second = gct_slice_split(&got, '\n', &right);

        number++;
        more = first && second && gct_slice_eq(left, right);
        left = first ? left : GCT_LIT("(end)");
        right = second ? right : GCT_LIT("(end)");
    } while (more);
    (void)snprintf(detail, room, "# line %u\n# wanted: %.*s\n# got:    %.*s", number, GCT_ARG(left),
                   GCT_ARG(right));
}

void tap_golden(struct tap *tap, const char *file, struct gct_slice text, struct gct_slice name)
{
    char detail[4000] = "";
    struct gct_error err = { GCT_OK, "" };
    struct gct_arena *arena = gct_arena_new(FILE_LIMIT);
    struct gct_slice wanted = GCT_EMPTY;
    enum gct_status status = GCT_OK;

    if (tap->write)
        status = gct_file_write(file, text, 0644, &err);
    if (status == GCT_OK)
        status = gct_file_read(file, FILE_LIMIT, arena, &wanted, &err);
    if (status != GCT_OK)
        (void)snprintf(detail, sizeof(detail), "# %s", err.text);
    else if (!gct_slice_eq(wanted, text))
        describe(detail, sizeof(detail), wanted, text);
    tap_case(tap, detail[0] == '\0', detail, "%.*s", GCT_ARG(name));
    gct_arena_free(&arena);
}

int tap_end(const struct tap *tap)
{
    (void)printf("1..%u\n# %u passed, %u failed\n", tap->passed + tap->failed, tap->passed, tap->failed);
    return tap->failed == 0 && tap->passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
