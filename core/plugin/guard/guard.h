/* The guard between core and plugin: nothing that a plugin says goes further before it was checked here.
 *
 * Each result is checked against the SDK's contract and copied into the translation's arena, at the sizes
 * that this core knows: what comes out is safe to read without further checks. The guard trusts lengths and
 * enumerators of nobody. It cannot tell whether a pointer of a plugin in the same process points anywhere:
 * that is what the jailed backend is for, whose frames go through the same guard.
 *
 * Constants that a newer plugin may know become what this core can handle: a kind of event becomes
 * GCT_EVENT_UNKNOWN named by its number, a kind of attachment UNSUPPORTED, an outcome UNCLEAR, a sentiment
 * OTHER; kinds of context and states of handover and notice stay as they are (never 0); unknown flag bits are
 * dropped. */
#ifndef GUICHET_CORE_PLUGIN_GUARD_GUARD_H
#define GUICHET_CORE_PLUGIN_GUARD_GUARD_H

#include "base/error.h"
#include "plugin/translate.h"

#define GUARD_TEXT_BYTES ((size_t)64u << 10)
#define GUARD_ID_BYTES ((size_t)512u)
#define GUARD_WORD_BYTES ((size_t)64u)
#define GUARD_ATTACHMENTS 256u
#define GUARD_REMOTE_IDS 4096u
#define GUARD_HEADERS 64u
#define GUARD_SIGNED_PARTS 8u
#define GUARD_LATEST_MS INT64_C(4102444800000) /* the year 2100 */
#define GUARD_LONGEST_MS (INT64_C(400) * 24 * 3600 * 1000)

/* What plugins say about themselves as data, copied; NULL where they say nothing. */
struct guard_tables {
    const struct gct_ext_rules *rules;
    const struct gct_ext_verify *verify;
    const struct gct_ext_places *places;
};

/* ---- results of one translation ---- */

/* Checks one emitted thing and puts its copy among the results. GCT_PROTOCOL: it breaks the contract, and the
 * translation is garbage from now on (reason says why). GCT_LIMIT: a budget is spent. GCT_INVALID for a thing
 * that is not of the translation's kind. Not safe beside another call on the same translation. */
GCT_NODISCARD enum gct_status guard_take_event(struct gct_translation *translation,
                                               const struct gct_event *event);
GCT_NODISCARD enum gct_status guard_take_request(struct gct_translation *translation,
                                                 const struct gct_http_request *request);

/* Puts the copy of what gct.profile/1 read among the results; what breaks the contract makes the translation
 * garbage. An address of another kind than http and https is left out. */
void guard_take_profile(struct gct_translation *translation, const struct gct_profile_reply *profile);

/* Ends a translation: status from what the callback returned and what was taken, the verdict checked, results
 * dropped where the status says that there are none. */
void guard_finish(struct gct_translation *translation, uint32_t returned, const struct gct_verdict *verdict,
                  struct gct_slice reason);

/* ---- single things ---- */

/* The copy of an event whose account must occur in raw. GCT_PROTOCOL or GCT_LIMIT (arena). */
GCT_NODISCARD enum gct_status guard_event(const struct gct_event *event, struct gct_slice raw,
                                          struct gct_arena *arena, const struct gct_event **out,
                                          struct gct_error *err);
GCT_NODISCARD enum gct_status guard_request(const struct gct_http_request *request, struct gct_arena *arena,
                                            const struct gct_http_request **out, struct gct_error *err);
GCT_NODISCARD enum gct_status guard_profile(const struct gct_profile_reply *profile, struct gct_arena *arena,
                                            struct gct_profile_reply *out, struct gct_error *err);
GCT_NODISCARD enum gct_status guard_verdict(const struct gct_verdict *verdict, struct gct_arena *arena,
                                            struct gct_verdict *out, struct gct_error *err);

/* Copies of an instance's tables, with every name of an option left to the registry to check. */
GCT_NODISCARD enum gct_status guard_tables(const struct gct_plugin *plugin, struct gct_arena *arena,
                                           struct guard_tables *out, struct gct_error *err);

/* ---- checks of text, for the files of this folder ---- */

/* Where copies go and complaints stand. thing names what is looked at, for sentences. */
struct guard {
    struct gct_arena *arena;
    struct gct_error *err;
    const char *thing;
};

enum guard_need { GUARD_MAY_BE_EMPTY, GUARD_NEEDED };

/* UTF-8 of at most GUARD_TEXT_BYTES without NUL. */
GCT_NODISCARD enum gct_status guard_text(const struct guard *guard, const char *field, struct gct_slice text,
                                         struct gct_slice *out);
/* UTF-8 of at most limit bytes without control characters. */
GCT_NODISCARD enum gct_status guard_line(const struct guard *guard, const char *field, size_t limit,
                                         enum guard_need need, struct gct_slice text, struct gct_slice *out);
/* A line of at most GUARD_ID_BYTES. */
GCT_NODISCARD enum gct_status guard_id(const struct guard *guard, const char *field, enum guard_need need,
                                       struct gct_slice text, struct gct_slice *out);
/* A number within bounds. */
GCT_NODISCARD enum gct_status guard_number(const struct guard *guard, const char *field, int64_t value,
                                           int64_t least, int64_t most);
GCT_NODISCARD enum gct_status guard_size(const struct guard *guard, uint32_t size, size_t needed);
static inline enum gct_status guard_spent(const struct guard *guard)
{
    return gct_error_set(guard->err, GCT_LIMIT, "%s: the memory for results is spent", guard->thing);
}

#endif
