/* Which changes of the configuration a running gateway cannot take over: the column of GCT_SETTING_TABLE. */
#include <string.h>

#include "base/slice.h"
#include "daemon/settings.h"

static const char *copy_TEXT(struct gct_arena *arena, const char *text)
{
    return text == NULL ? NULL : gct_arena_cstr(arena, gct_slice_of(text));
}

static struct gct_texts copy_LIST(struct gct_arena *arena, struct gct_texts list)
{
    const char **items = GCT_ARENA_ARRAY(arena, const char *, list.count + 1u);
    for (size_t i = 0; i < list.count; i++) {
        items[i] = copy_TEXT(arena, list.items[i]);
    }
    return (struct gct_texts){ items, list.count };
}

static int64_t copy_NUMBER(struct gct_arena *arena, int64_t number)
{
    (void)arena;
    return number;
}

static int same_TEXT(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int same_LIST(struct gct_texts a, struct gct_texts b)
{
    int same = a.count == b.count;
    for (size_t i = 0; same && i < a.count; i++) {
        same = same_TEXT(a.items[i], b.items[i]);
    }
    return same;
}

static int same_NUMBER(int64_t a, int64_t b)
{
    return a == b;
}

#define COPY_SETTING(name, kind, standard, least, most, change, help)                                        \
    top->name = copy_##kind(arena, settings->name);

struct gct_settings *gct_settings_top(const struct gct_settings *settings, struct gct_arena *arena)
{
    struct gct_settings *top = GCT_ARENA_NEW(arena, gct_settings);
    GCT_SETTING_TABLE(COPY_SETTING)
    top->tls_certificate = copy_TEXT(arena, settings->tls_certificate);
    top->tls_key = copy_TEXT(arena, settings->tls_key);
    return top;
}

enum change { CHANGE_RELOAD, CHANGE_START };

#define SAY_SETTING(name, kind, standard, least, most, change, help)                                         \
    if (CHANGE_##change == CHANGE_START && !same_##kind(started->name, next->name)) {                        \
        say(arg, #name);                                                                                     \
    }

void gct_settings_waiting(const struct gct_settings *started, const struct gct_settings *next,
                          void (*say)(void *arg, const char *name), void *arg)
{
    GCT_SETTING_TABLE(SAY_SETTING)
    if (!same_TEXT(started->tls_certificate, next->tls_certificate) ||
        !same_TEXT(started->tls_key, next->tls_key)) {
        say(arg, "tls");
    }
}
