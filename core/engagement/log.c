#include "engagement/log.h"

#include <string.h>

#include "base/slice.h"
#include "engagement/allowed.h"

/* The text columns: where each stands in the struct, and what it may look like. */
#define FIELD_TABLE(X)                                                                                       \
    X(agent, ALLOWED_KEY)                                                                                    \
    X(campaign, ALLOWED_CAMPAIGN)                                                                            \
    X(audience, ALLOWED_LABEL)                                                                               \
    X(lang, ALLOWED_LANGUAGE)                                                                                \
    X(public_ref, ALLOWED_KEY)                                                                               \
    X(flag, ALLOWED_WORD)                                                                                    \
    X(target, ALLOWED_EVENT)                                                                                 \
    X(reason, ALLOWED_WORD)                                                                                  \
    X(person, ALLOWED_KEY)                                                                                   \
    X(linked, ALLOWED_KEY)

struct field {
    const char *name;
    size_t offset;
    enum allowed_shape shape;
};

#define AS_FIELD(name, shape) { #name, offsetof(struct gct_engagement, name), shape },
static const struct field FIELDS[] = { FIELD_TABLE(AS_FIELD) };

static const char *const TYPES[GCT_ENGAGEMENT_COUNT] = {
#define AS_TYPE(name, value, text) [value] = text,
    GCT_ENGAGEMENT_TABLE(AS_TYPE)
};

const char *gct_engagement_type(enum gct_engagement_kind kind)
{
    return (unsigned)kind < GCT_ENGAGEMENT_COUNT ? TYPES[kind] : NULL;
}

int gct_engagement_length(size_t characters)
{
    static const size_t MOST[] = { 0, 20, 80, 280, 1000 };
    for (size_t i = 0; i < GCT_COUNT(MOST); i++) {
        if (characters <= MOST[i]) {
            return (int)i;
        }
    }
    return (int)GCT_COUNT(MOST);
}

struct gct_slice gct_engagement_campaign(struct gct_slice ref, char room[GCT_CAMPAIGN_TEXT])
{
    if (ref.len == 0 || ref.len >= GCT_CAMPAIGN_TEXT) {
        return GCT_EMPTY;
    }
    for (size_t i = 0; i < ref.len; i++) {
        char c = ref.ptr[i];
        room[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    room[ref.len] = '\0';
    struct gct_slice code = { room, ref.len };
    return allowed_as(ALLOWED_CAMPAIGN, code) ? code : GCT_EMPTY;
}

enum gct_origin gct_engagement_origin(const struct gct_context *context)
{
    if (context == NULL) {
        return GCT_ORIGIN_ORGANIC;
    }
    switch (context->kind) {
    case GCT_CONTEXT_AD: return GCT_ORIGIN_AD;
    case GCT_CONTEXT_LINK: return GCT_ORIGIN_LINK;
    case GCT_CONTEXT_QR: return GCT_ORIGIN_QR;
    case GCT_CONTEXT_COMMENT: return GCT_ORIGIN_COMMENT;
    case GCT_CONTEXT_STORY_REPLY:
    case GCT_CONTEXT_STORY_MENTION: return GCT_ORIGIN_STORY;
    case GCT_CONTEXT_SEARCH: return GCT_ORIGIN_SEARCH;
    default: return GCT_ORIGIN_ORGANIC;
    }
}

static int is_kind(uint32_t kind)
{
#define AS_EQUAL(name, value, text) || kind == (value)
    return kind < GCT_ATTACHMENT_COUNT GCT_ABOUT_TABLE(AS_EQUAL);
}

static enum gct_status check_event(const struct gct_engagement *event, struct gct_error *err)
{
    if (gct_engagement_type(event->type) == NULL || (unsigned)event->actor >= GCT_BY_COUNT ||
        (unsigned)event->origin >= GCT_ORIGIN_COUNT || event->score < 0 || event->score > 5 ||
        event->len_bucket < 0 || event->len_bucket > 5 || !is_kind(event->kind) || event->source <= 0 ||
        event->customer < 0) {
        return gct_error_set(err, GCT_INVALID,
                             "an engagement event has a type or a number outside its vocabulary");
    }
    for (size_t i = 0; i < GCT_COUNT(FIELDS); i++) {
        struct gct_slice text;
        memcpy(&text, (const char *)event + FIELDS[i].offset, sizeof text);
        if (text.len > 0 && !allowed_as(FIELDS[i].shape, text)) {
            return gct_error_set(err, GCT_INVALID,
                                 "field %s of a %s event may not stand in the engagement log", FIELDS[i].name,
                                 TYPES[event->type]);
        }
    }
    return GCT_OK;
}

/* The number of what stands once in a table of its own; it is added when the log meets it first. */
static enum gct_status number_of(struct gct_tx *tx, enum gct_sql find, enum gct_sql add,
                                 const struct gct_value *values, size_t count, int64_t *id,
                                 struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    enum gct_status status = gct_db_integer(db, find, values, count, 0, id, err);
    if (status == GCT_OK && *id == 0) {
        status = gct_db_run(db, add, values, count, err);
        *id = gct_db_last_id(db);
    }
    return status;
}

/* 0 for an empty key. */
static enum gct_status key_number(struct gct_tx *tx, struct gct_slice key, int64_t *id, struct gct_error *err)
{
    *id = 0;
    return key.len == 0 ? GCT_OK
                        : number_of(tx, GCT_SQL_engagement_key_find, GCT_SQL_engagement_key_add,
                                    GCT_BIND(GCT_V_TEXT(key)), id, err);
}

/* Keys that a line refers to, by their numbers. */
struct references {
    int64_t agent;
    int64_t person;
    int64_t linked;
};

static enum gct_status find_references(struct gct_tx *tx, const struct gct_engagement *event,
                                       struct references *found, struct gct_error *err)
{
    enum gct_status status = key_number(tx, event->agent, &found->agent, err);
    status = status == GCT_OK ? key_number(tx, event->person, &found->person, err) : status;
    return status == GCT_OK ? key_number(tx, event->linked, &found->linked, err) : status;
}

/* What few lines have stands in a row of its own, with the line's number. */
static enum gct_status write_detail(struct gct_tx *tx, const struct gct_engagement *event,
                                    const struct references *to, struct gct_error *err)
{
    struct gct_db *db = gct_tx_db(tx);
    const struct gct_value detail[] = { GCT_V_INT(gct_db_last_id(db)),     gct_value_id(event->media_ms),
                                        gct_value_id(event->media_count),  gct_value_text(event->campaign),
                                        gct_value_text(event->audience),   gct_value_text(event->lang),
                                        gct_value_text(event->public_ref), gct_value_text(event->flag),
                                        gct_value_text(event->target),     gct_value_id(event->score),
                                        gct_value_id(to->person),          gct_value_id(to->linked) };
    for (size_t i = 1; i < GCT_COUNT(detail); i++) {
        if (detail[i].kind != GCT_VALUE_NULL) {
            return gct_db_run(db, GCT_SQL_engagement_detail_insert, detail, GCT_COUNT(detail), err);
        }
    }
    return GCT_OK;
}

/* Never the value. */
static enum gct_status refuse(const char *what, struct gct_error *err)
{
    return gct_error_set(err, GCT_INVALID, "this %s may not stand in the engagement log", what);
}

enum gct_status gct_engagement_source(struct gct_tx *tx, struct gct_slice channel, int64_t account,
                                      int64_t *number, struct gct_error *err)
{
    return allowed_as(ALLOWED_WORD, channel)
               ? number_of(tx, GCT_SQL_engagement_source_find, GCT_SQL_engagement_source_add,
                           GCT_BIND(GCT_V_TEXT(channel), GCT_V_INT(account)), number, err)
               : refuse("channel", err);
}

enum gct_status gct_engagement_customer(struct gct_tx *tx, struct gct_slice key, int64_t *number,
                                        struct gct_error *err)
{
    return allowed_as(ALLOWED_KEY, key) ? key_number(tx, key, number, err) : refuse("customer", err);
}

enum gct_status gct_engagement_write(struct gct_tx *tx, const struct gct_engagement *event,
                                     struct gct_error *err)
{
    struct references to;
    enum gct_status status = check_event(event, err);
    status = status == GCT_OK ? find_references(tx, event, &to, err) : status;
    if (status != GCT_OK) {
        return status;
    }
    int64_t now = gct_tx_now_ms(tx);
    int64_t occurred = event->occurred_ms != 0 ? event->occurred_ms : now;
    status =
        gct_db_run(gct_tx_db(tx), GCT_SQL_engagement_insert,
                   GCT_BIND(GCT_V_INT(event->type), GCT_V_INT(occurred), GCT_V_INT(now - occurred),
                            GCT_V_INT(event->source), GCT_V_INT(event->actor), gct_value_id(event->customer),
                            gct_value_id(to.agent), gct_value_id(event->ticket), gct_value_id(event->kind),
                            event->has_length ? GCT_V_INT(event->len_bucket) : GCT_V_NULL,
                            gct_value_id(event->origin), gct_value_text(event->reason)),
                   err);
    return status == GCT_OK ? write_detail(tx, event, &to, err) : status;
}
