#include "engagement/log.h"

#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"
#include "engagement/allowed.h"

/* The text columns: where each stands in the struct, and what it may look like. */
#define FIELD_TABLE(X)                                                                                       \
    X(channel, ALLOWED_WORD)                                                                                 \
    X(customer, ALLOWED_KEY)                                                                                 \
    X(agent, ALLOWED_KEY)                                                                                    \
    X(kind, ALLOWED_KIND)                                                                                    \
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

static const char *const ACTORS[] = {
#define AS_TEXT(name, text) text,
    GCT_ENGAGEMENT_ACTOR_TABLE(AS_TEXT)
};
static const char *const ORIGINS[] = { GCT_ORIGIN_TABLE(AS_TEXT) };

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

static enum gct_status check_event(const struct gct_engagement *event, struct gct_error *err)
{
    if (gct_engagement_type(event->type) == NULL || (unsigned)event->actor >= GCT_BY_COUNT ||
        (unsigned)event->origin >= GCT_ORIGIN_COUNT || event->score < 0 || event->score > 5 ||
        event->len_bucket < 0 || event->len_bucket > 5) {
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
    if (event->channel.len == 0) {
        return gct_error_set(err, GCT_INVALID, "a %s event has no channel", TYPES[event->type]);
    }
    return GCT_OK;
}

enum gct_status gct_engagement_write(struct gct_tx *tx, const struct gct_engagement *event,
                                     struct gct_error *err)
{
    enum gct_status status = check_event(event, err);
    if (status != GCT_OK) {
        return status;
    }
    int64_t now = gct_tx_now_ms(tx);
    char id[GCT_UUID_TEXT];
    gct_random_uuid7(now, id);
    struct gct_slice origin = gct_slice_of(ORIGINS[event->origin]);
    return gct_db_run(
        gct_tx_db(tx), GCT_SQL_engagement_insert,
        GCT_BIND(GCT_V_TEXT(gct_slice_of(id)), GCT_V_TEXT(gct_slice_of(TYPES[event->type])),
                 GCT_V_INT(event->occurred_ms != 0 ? event->occurred_ms : now), GCT_V_INT(now),
                 GCT_V_TEXT(event->channel), GCT_V_INT(event->account),
                 GCT_V_TEXT(gct_slice_of(ACTORS[event->actor])), gct_value_text(event->customer),
                 gct_value_text(event->agent), gct_value_id(event->ticket), gct_value_text(event->kind),
                 event->has_length ? GCT_V_INT(event->len_bucket) : GCT_V_NULL, gct_value_id(event->media_ms),
                 gct_value_id(event->media_count), gct_value_text(origin), gct_value_text(event->campaign),
                 gct_value_text(event->audience), gct_value_text(event->lang),
                 gct_value_text(event->public_ref), gct_value_text(event->flag),
                 gct_value_text(event->target), gct_value_text(event->reason), gct_value_id(event->score),
                 gct_value_text(event->person), gct_value_text(event->linked)),
        err);
}
