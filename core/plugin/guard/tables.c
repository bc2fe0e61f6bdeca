/* What a plugin says about itself as data: rules, verification, places. Checked once, when an instance is
 * opened. */
#include <string.h>

#include "base/slice.h"
#include "plugin/guard/guard.h"

#define MANY 256u

/* A required or optional NUL-terminated line of a table. */
static enum gct_status take_cstr(const struct guard *guard, const char *field, enum guard_need need,
                                 const char *from, const char **out)
{
    struct gct_slice text = { from, from == NULL ? 0 : strnlen(from, GUARD_ID_BYTES + 1u) };
    struct gct_slice copy = GCT_EMPTY;
    enum gct_status st = GCT_OK;
    *out = NULL;
    if (from == NULL && need == GUARD_MAY_BE_EMPTY) {
        return GCT_OK;
    }
    if (from == NULL) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s is NULL", guard->thing, field);
    }
    st = guard_id(guard, field, GUARD_MAY_BE_EMPTY, text, &copy);
    if (st == GCT_OK) {
        *out = gct_arena_cstr(guard->arena, text);
        st = *out == NULL ? guard_spent(guard) : GCT_OK;
    }
    return st;
}

/* Room for the pointers of a table, after its count and pointer were looked at. */
static enum gct_status take_array(const struct guard *guard, const char *field, size_t count,
                                  const void *from, void **out)
{
    *out = NULL;
    if (count > MANY || (count != 0 && from == NULL)) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: %s says %zu entries%s, at most %u are taken",
                             guard->thing, field, count, from == NULL ? " and is NULL" : "", MANY);
    }
    *out = gct_arena_array(guard->arena, count, sizeof(void *), _Alignof(void *));
    return *out == NULL ? guard_spent(guard) : GCT_OK;
}

/* A copy of size bytes of an entry that begins with its size. */
static enum gct_status take_entry(const struct guard *guard, const void *from, size_t size, void **out)
{
    uint32_t said = 0;
    enum gct_status st = GCT_OK;
    *out = NULL;
    if (from == NULL) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: an entry is NULL", guard->thing);
    }
    memcpy(&said, from, sizeof said);
    st = guard_size(guard, said, size);
    *out = st == GCT_OK ? gct_arena_alloc(guard->arena, size, _Alignof(max_align_t)) : NULL;
    if (*out != NULL) {
        memcpy(*out, from, size);
        said = (uint32_t)size;
        memcpy(*out, &said, sizeof said);
    }
    return st != GCT_OK ? st : *out == NULL ? guard_spent(guard) : GCT_OK;
}

/* ---- gct.rules/1 ---- */

static enum gct_status take_rule_rows(const struct guard *guard, const struct gct_ext_rules *from,
                                      struct gct_ext_rules *to)
{
    void *room = NULL;
    enum gct_status st = take_array(guard, "rules", from->rule_count, from->rules, &room);
    const struct gct_rule **rules = room;
    for (size_t i = 0; i < from->rule_count && st == GCT_OK; i++) {
        void *entry = NULL;
        st = take_entry(guard, from->rules[i], sizeof(struct gct_rule), &entry);
        struct gct_rule *rule = entry;
        rules[i] = rule;
        st = st != GCT_OK ? st : guard_number(guard, "key", rule->key, 1, UINT32_MAX);
        st = st != GCT_OK ? st : guard_number(guard, "value", rule->value, 0, INT64_MAX);
        st = st != GCT_OK ? st : take_cstr(guard, "since", GUARD_NEEDED, rule->since, &rule->since);
        st = st != GCT_OK ? st : take_cstr(guard, "source", GUARD_NEEDED, rule->source, &rule->source);
    }
    to->rules = rules;
    return st;
}

static enum gct_status take_attachment_rows(const struct guard *guard, const struct gct_ext_rules *from,
                                            struct gct_ext_rules *to)
{
    void *room = NULL;
    enum gct_status st = take_array(guard, "attachments", from->attachment_count, from->attachments, &room);
    const struct gct_rule_attachment **rows = room;
    for (size_t i = 0; i < from->attachment_count && st == GCT_OK; i++) {
        void *entry = NULL;
        st = take_entry(guard, from->attachments[i], sizeof(struct gct_rule_attachment), &entry);
        struct gct_rule_attachment *row = entry;
        rows[i] = row;
        st = st != GCT_OK ? st : guard_number(guard, "kind", row->kind, 1, UINT32_MAX);
        st = st != GCT_OK ? st : guard_number(guard, "max_bytes", row->max_bytes, 0, INT64_MAX);
        st = st != GCT_OK ? st : take_cstr(guard, "mimes", GUARD_NEEDED, row->mimes, &row->mimes);
        st = st != GCT_OK ? st : take_cstr(guard, "since", GUARD_NEEDED, row->since, &row->since);
        st = st != GCT_OK ? st : take_cstr(guard, "source", GUARD_NEEDED, row->source, &row->source);
    }
    to->attachments = rows;
    return st;
}

static enum gct_status take_rules(struct gct_arena *arena, const struct gct_ext_rules *from,
                                  const struct gct_ext_rules **out, struct gct_error *err)
{
    const struct guard guard = { arena, err, GCT_EXT_RULES };
    void *entry = NULL;
    enum gct_status st = take_entry(&guard, from, sizeof *from, &entry);
    struct gct_ext_rules *to = entry;
    uint32_t *kinds = NULL;
    st = st != GCT_OK ? st : take_rule_rows(&guard, from, to);
    st = st != GCT_OK ? st : take_attachment_rows(&guard, from, to);
    st = st != GCT_OK ? st
                      : guard_number(&guard, "engagement_count", (int64_t)from->engagement_count, 0, MANY);
    if (st == GCT_OK && from->engagement_count != 0) {
        kinds = GCT_ARENA_ARRAY(arena, uint32_t, from->engagement_count);
        st = kinds == NULL ? guard_spent(&guard)
             : from->engagement == NULL
                 ? gct_error_set(err, GCT_PROTOCOL, "%s: engagement is NULL", guard.thing)
                 : GCT_OK;
    }
    if (st == GCT_OK && kinds != NULL) {
        memcpy(kinds, from->engagement, from->engagement_count * sizeof *kinds);
    }
    if (st == GCT_OK) {
        to->engagement = kinds;
        *out = to;
    }
    return st;
}

/* ---- gct.verify/1 ---- */

static enum gct_status take_parts(const struct guard *guard, struct gct_verify_scheme *scheme)
{
    enum gct_status st = guard_number(guard, "part_count", (int64_t)scheme->part_count,
                                      scheme->proof == GCT_PROOF_HMAC_SHA256, GUARD_SIGNED_PARTS);
    struct gct_signed_part *parts = NULL;
    if (st == GCT_OK && scheme->part_count != 0) {
        parts = GCT_ARENA_ARRAY(guard->arena, struct gct_signed_part, scheme->part_count);
        st = parts == NULL ? guard_spent(guard)
             : scheme->parts == NULL
                 ? gct_error_set(guard->err, GCT_PROTOCOL, "%s: parts is NULL", guard->thing)
                 : GCT_OK;
    }
    for (size_t i = 0; i < scheme->part_count && st == GCT_OK; i++) {
        uint32_t kind = scheme->parts[i].kind;
        parts[i].kind = kind;
        st = guard_number(guard, "part kind", kind, GCT_PART_LITERAL, GCT_PART_BODY);
        if (st == GCT_OK && kind == GCT_PART_PAIR && scheme->packing != GCT_PACKING_PAIRS) {
            st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: a part is a pair and the packing has none",
                               guard->thing);
        }
        st = st != GCT_OK
                 ? st
                 : take_cstr(guard, "part name", kind == GCT_PART_BODY ? GUARD_MAY_BE_EMPTY : GUARD_NEEDED,
                             scheme->parts[i].name, &parts[i].name);
    }
    scheme->parts = parts;
    return st;
}

static enum gct_status take_scheme(const struct guard *guard, const struct gct_verify_scheme *from,
                                   const struct gct_verify_scheme **out)
{
    void *entry = NULL;
    enum gct_status st = take_entry(guard, from, sizeof *from, &entry);
    struct gct_verify_scheme *to = entry;
    enum guard_need prefix = GUARD_NEEDED;
    if (st != GCT_OK) {
        return st;
    }
    prefix = to->packing == GCT_PACKING_BARE ? GUARD_MAY_BE_EMPTY : GUARD_NEEDED;
    if ((st = guard_number(guard, "packing", to->packing, GCT_PACKING_BARE, GCT_PACKING_LIST)) != GCT_OK ||
        (st = guard_number(guard, "proof", to->proof, GCT_PROOF_HMAC_SHA256, GCT_PROOF_BEARER)) != GCT_OK ||
        (st = guard_number(guard, "encoding", to->encoding,
                           to->proof == GCT_PROOF_BEARER ? 0 : GCT_ENCODING_HEX, GCT_ENCODING_BASE64)) !=
            GCT_OK ||
        (st = guard_number(guard, "max_age_ms", to->max_age_ms, 0, GUARD_LONGEST_MS)) != GCT_OK ||
        (st = guard_number(guard, "time_unit_ms", to->time_unit_ms, to->max_age_ms == 0 ? 0 : 1, 1000)) !=
            GCT_OK ||
        (st = take_cstr(guard, "path", GUARD_NEEDED, to->path, &to->path)) != GCT_OK ||
        (st = take_cstr(guard, "header", GUARD_NEEDED, to->header, &to->header)) != GCT_OK ||
        (st = take_cstr(guard, "prefix", prefix, to->prefix, &to->prefix)) != GCT_OK ||
        (st = take_cstr(guard, "secret_option", GUARD_NEEDED, to->secret_option, &to->secret_option)) !=
            GCT_OK ||
        (st = take_cstr(guard, "time_header", GUARD_MAY_BE_EMPTY, to->time_header, &to->time_header)) !=
            GCT_OK ||
        (st = take_cstr(guard, "time_pair", GUARD_MAY_BE_EMPTY, to->time_pair, &to->time_pair)) != GCT_OK ||
        (st = take_parts(guard, to)) != GCT_OK) {
        return st;
    }
    if (to->max_age_ms != 0 && (to->time_header == NULL) == (to->time_pair == NULL)) {
        return gct_error_set(
            guard->err, GCT_PROTOCOL,
            "%s: max_age_ms is %lld, so one of time_header and time_pair must say where the time is",
            guard->thing, (long long)to->max_age_ms);
    }
    if (to->time_pair != NULL && to->packing != GCT_PACKING_PAIRS) {
        return gct_error_set(guard->err, GCT_PROTOCOL, "%s: time_pair is set and the packing has no pairs",
                             guard->thing);
    }
    *out = to;
    return GCT_OK;
}

static enum gct_status take_challenge(const struct guard *guard, const struct gct_verify_challenge *from,
                                      const struct gct_verify_challenge **out)
{
    void *entry = NULL;
    enum gct_status st = from == NULL ? GCT_OK : take_entry(guard, from, sizeof *from, &entry);
    struct gct_verify_challenge *to = entry;
    if (st != GCT_OK || to == NULL) {
        *out = NULL;
        return st;
    }
    if ((st = take_cstr(guard, "mode_parameter", GUARD_MAY_BE_EMPTY, to->mode_parameter,
                        &to->mode_parameter)) != GCT_OK ||
        (st = take_cstr(guard, "mode_value", to->mode_parameter == NULL ? GUARD_MAY_BE_EMPTY : GUARD_NEEDED,
                        to->mode_value, &to->mode_value)) != GCT_OK ||
        (st = take_cstr(guard, "token_parameter", GUARD_NEEDED, to->token_parameter, &to->token_parameter)) !=
            GCT_OK ||
        (st = take_cstr(guard, "token_option", GUARD_NEEDED, to->token_option, &to->token_option)) !=
            GCT_OK ||
        (st = take_cstr(guard, "answer_parameter", GUARD_NEEDED, to->answer_parameter,
                        &to->answer_parameter)) != GCT_OK) {
        return st;
    }
    *out = to;
    return GCT_OK;
}

static enum gct_status take_verify(struct gct_arena *arena, const struct gct_ext_verify *from,
                                   const struct gct_ext_verify **out, struct gct_error *err)
{
    const struct guard guard = { arena, err, GCT_EXT_VERIFY };
    void *entry = NULL;
    void *room = NULL;
    enum gct_status st = take_entry(&guard, from, sizeof *from, &entry);
    struct gct_ext_verify *to = entry;
    st = st != GCT_OK ? st : take_array(&guard, "schemes", from->scheme_count, from->schemes, &room);
    const struct gct_verify_scheme **schemes = room;
    for (size_t i = 0; st == GCT_OK && i < from->scheme_count; i++) {
        st = take_scheme(&guard, from->schemes[i], &schemes[i]);
    }
    st = st != GCT_OK ? st : take_challenge(&guard, from->challenge, &to->challenge);
    if (st == GCT_OK) {
        to->schemes = schemes;
        *out = to;
    }
    return st;
}

/* ---- gct.places/1 ---- */

static enum gct_status take_place(const struct guard *guard, const struct gct_place *from,
                                  const struct gct_place **out)
{
    void *entry = NULL;
    enum gct_status st = take_entry(guard, from, sizeof *from, &entry);
    struct gct_place *to = entry;
    enum guard_need key = GUARD_MAY_BE_EMPTY;
    if (st != GCT_OK) {
        return st;
    }
    key = to->kind == GCT_PLACE_HMAC_SHA256_HEX ? GUARD_NEEDED : GUARD_MAY_BE_EMPTY;
    if ((st = guard_number(guard, "kind", to->kind, GCT_PLACE_SECRET, GCT_PLACE_HMAC_SHA256_HEX)) != GCT_OK ||
        (st = take_cstr(guard, "name", GUARD_NEEDED, to->name, &to->name)) != GCT_OK ||
        (st = take_cstr(guard, "option", GUARD_NEEDED, to->option, &to->option)) != GCT_OK ||
        (st = take_cstr(guard, "key", key, to->key, &to->key)) != GCT_OK) {
        return st;
    }
    *out = to;
    return GCT_OK;
}

static enum gct_status take_places(struct gct_arena *arena, const struct gct_ext_places *from,
                                   const struct gct_ext_places **out, struct gct_error *err)
{
    const struct guard guard = { arena, err, GCT_EXT_PLACES };
    void *entry = NULL;
    void *room = NULL;
    enum gct_status st = take_entry(&guard, from, sizeof *from, &entry);
    struct gct_ext_places *to = entry;
    st = st != GCT_OK ? st : take_array(&guard, "places", from->place_count, from->places, &room);
    const struct gct_place **places = room;
    for (size_t i = 0; st == GCT_OK && i < from->place_count; i++) {
        st = take_place(&guard, from->places[i], &places[i]);
    }
    if (st == GCT_OK) {
        to->places = places;
        *out = to;
    }
    return st;
}

enum gct_status guard_tables(const struct gct_plugin *plugin, struct gct_arena *arena,
                             struct guard_tables *out, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    const void *rules = plugin->get_extension(plugin, GCT_EXT_RULES);
    const void *verify = plugin->get_extension(plugin, GCT_EXT_VERIFY);
    const void *places = plugin->get_extension(plugin, GCT_EXT_PLACES);
    memset(out, 0, sizeof *out);
    st = rules == NULL ? GCT_OK : take_rules(arena, rules, &out->rules, err);
    st = st != GCT_OK || verify == NULL ? st : take_verify(arena, verify, &out->verify, err);
    st = st != GCT_OK || places == NULL ? st : take_places(arena, places, &out->places, err);
    return st;
}
