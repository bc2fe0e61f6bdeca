#include "router/ingest/keep.h"

#include "base/crypto.h"
#include "base/json.h"
#include "base/log.h"
#include "base/slice.h"
#include "router/ingest/arrival.h"

#define HEADERS_BYTES (256u << 10)

static void write_headers(const struct gct_http_request *request, struct gct_buffer *out)
{
    struct gct_json *list = gct_json_array();
    for (size_t i = 0; i < request->header_count; i++) {
        struct gct_json *pair = gct_json_array();
        gct_json_push(pair, gct_json_string(request->headers[i].name));
        gct_json_push(pair, gct_json_string(request->headers[i].value));
        gct_json_push(list, pair);
    }
    gct_json_write(list, out);
    gct_json_free(&list);
}

const struct gct_http_request *keep_read(struct gct_rows *rows, int first, struct gct_arena *arena)
{
    struct gct_http_request *request = GCT_ARENA_NEW(arena, gct_http_request);
    struct gct_json *list = gct_json_parse(gct_rows_bytes(rows, first + 2), NULL);
    size_t count = gct_json_count(list);
    struct gct_header *headers = GCT_ARENA_ARRAY(arena, struct gct_header, count + 1u);
    if (request != NULL && headers != NULL) {
        for (size_t i = 0; i < count; i++) {
            const struct gct_json *pair = gct_json_at(list, i);
            headers[i].name = gct_arena_copy(arena, gct_json_text(gct_json_at(pair, 0)));
            headers[i].value = gct_arena_copy(arena, gct_json_text(gct_json_at(pair, 1)));
        }
        *request =
            (struct gct_http_request){ .size = sizeof *request,
                                       .method = GCT_LIT("POST"),
                                       .path = gct_arena_copy(arena, gct_rows_bytes(rows, first)),
                                       .query = gct_arena_copy(arena, gct_rows_bytes(rows, first + 1)),
                                       .headers = headers,
                                       .header_count = count,
                                       .body = gct_arena_copy(arena, gct_rows_bytes(rows, first + 3)) };
    }
    gct_json_free(&list);
    return headers == NULL ? NULL : request;
}

/* channel, arrived_ms, path, query, headers, body, digest: the columns that both tables share. */
#define HOOK_VALUES(hook, headers, sum)                                                                      \
    GCT_V_TEXT((hook)->channel), GCT_V_INT((hook)->arrived_ms), GCT_V_TEXT((hook)->request->path),           \
        GCT_V_TEXT((hook)->request->query), GCT_V_TEXT(gct_buffer_slice(headers)),                           \
        GCT_V_BLOB((hook)->request->body), GCT_V_BLOB(sum)

enum gct_status keep_inbox(struct gct_tx *tx, const struct gct_hook *hook, struct gct_error *err)
{
    unsigned char digest[GCT_SHA256_BYTES];
    struct gct_slice sum = { (const char *)digest, sizeof digest };
    struct gct_buffer headers = { .limit = HEADERS_BYTES };
    gct_sha256(hook->request->body, digest);
    write_headers(hook->request, &headers);
    enum gct_status status =
        gct_db_run(gct_tx_db(tx), GCT_SQL_inbox_insert,
                   GCT_BIND(HOOK_VALUES(hook, &headers, sum), GCT_V_INT(gct_tx_now_ms(tx))), err);
    gct_buffer_free(&headers);
    gct_tx_effect(tx, (struct gct_effect){ .kind = GCT_EFFECT_INBOX_DUE });
    return status;
}

enum gct_status keep_quarantine(struct gct_tx *tx, const struct gct_hook *hook,
                                enum gct_quarantine_reason reason, struct gct_slice sentence,
                                struct gct_ingest_counts *counts, struct gct_error *err)
{
    unsigned char digest[GCT_SHA256_BYTES];
    struct gct_slice sum = { (const char *)digest, sizeof digest };
    struct gct_buffer headers = { .limit = HEADERS_BYTES };
    int64_t known = 0;
    gct_sha256(hook->request->body, digest);
    enum gct_status status =
        gct_db_integer(gct_tx_db(tx), GCT_SQL_quarantine_exists,
                       GCT_BIND(GCT_V_BLOB(sum), GCT_V_TEXT(hook->channel), GCT_V_TEXT(hook->request->path)),
                       0, &known, err);
    if (status != GCT_OK || known) {
        return status;
    }
    write_headers(hook->request, &headers);
    status = gct_db_run(gct_tx_db(tx), GCT_SQL_quarantine_insert,
                        GCT_BIND(HOOK_VALUES(hook, &headers, sum),
                                 GCT_V_TEXT(gct_slice_of(gct_quarantine_word(reason))), GCT_V_TEXT(sentence),
                                 GCT_V_INT(gct_tx_now_ms(tx))),
                        err);
    gct_buffer_free(&headers);
    counts->quarantined = status == GCT_OK ? reason : GCT_QUARANTINE_NONE;
    return status;
}

enum verdict keep_verdict(const struct gct_translation *translation, enum gct_quarantine_reason *reason)
{
    switch (translation->fault) {
    case GCT_FAULT_CRASH: *reason = GCT_QUARANTINE_CRASH; return VERDICT_LATER;
    case GCT_FAULT_HANG: *reason = GCT_QUARANTINE_HANG; return VERDICT_LATER;
    case GCT_FAULT_GARBAGE: *reason = GCT_QUARANTINE_GARBAGE; return VERDICT_NOTHING;
    case GCT_FAULT_NONE: break;
    }
    *reason = translation->status == GCT_UNSUPPORTED ? GCT_QUARANTINE_UNSUPPORTED
              : translation->status == GCT_LIMIT     ? GCT_QUARANTINE_LIMIT
              : translation->status == GCT_INTERNAL  ? GCT_QUARANTINE_INTERNAL
                                                     : GCT_QUARANTINE_INVALID;
    switch (translation->status) {
    case GCT_OK:
    case GCT_DONE: return VERDICT_EVENTS;
    case GCT_UNSUPPORTED: return VERDICT_PARTLY;
    case GCT_TIMEOUT:
    case GCT_AGAIN:
    case GCT_UNAVAILABLE: *reason = GCT_QUARANTINE_HANG; return VERDICT_LATER;
    default: return VERDICT_NOTHING;
    }
}

enum gct_status keep_events(struct gct_tx *tx, const struct gct_directory *directory,
                            const struct gct_hook *hook, const struct gct_event *const *events, size_t count,
                            struct gct_ingest_counts *counts, uint32_t *strangers, struct gct_error *err)
{
    uint32_t before = counts->strangers;
    const struct gct_directory_channel *channel = gct_directory_channel(directory, hook->channel);
    *strangers = 0;
    if (channel == NULL) {
        return gct_error_set(err, GCT_NOT_FOUND, "channel %.*s is not configured any more",
                             GCT_ARG(hook->channel));
    }
    enum gct_status status = gct_ingest_events(tx, directory, channel, events, count, counts, err);
    *strangers = counts->strangers - before;
    return status;
}

enum gct_status gct_ingest_events(struct gct_tx *tx, const struct gct_directory *directory,
                                  const struct gct_directory_channel *channel,
                                  const struct gct_event *const *events, size_t count,
                                  struct gct_ingest_counts *counts, struct gct_error *err)
{
    struct route route;
    enum gct_status status = GCT_OK;
    route_begin(&route, tx, directory, counts);
    for (size_t i = 0; status == GCT_OK && i < count; i++) {
        status = ingest_event(&route, channel, events[i], err);
    }
    return status == GCT_OK ? route_end(&route, err) : status;
}

static int is_full(int64_t hooks, int64_t bytes)
{
    return hooks >= GCT_STRANGERS_MOST || bytes >= GCT_STRANGERS_BYTES;
}

/* Whether the quarantine takes no more of accounts that are not configured. */
static enum gct_status look_for_room(struct gct_tx *tx, int *full, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status status =
        gct_db_query(gct_tx_db(tx), GCT_SQL_quarantine_strangers, GCT_NO_VALUES, &rows, err);
    if (status == GCT_OK) {
        status = gct_rows_next(rows, err);
    }
    *full = status == GCT_OK && is_full(gct_rows_integer(rows, 0), gct_rows_integer(rows, 1));
    gct_rows_close(&rows);
    return status;
}

/* Says so once: with the hook that fills it. */
static enum gct_status keep_stranger(struct gct_tx *tx, const struct gct_hook *hook,
                                     struct gct_ingest_counts *counts, struct gct_error *err)
{
    int full = 0;
    enum gct_status status = look_for_room(tx, &full, err);
    if (status != GCT_OK || full) {
        counts->unkept += status == GCT_OK;
        return status;
    }
    status =
        keep_quarantine(tx, hook, GCT_QUARANTINE_UNKNOWN_ACCOUNT,
                        GCT_LIT("an account in it is not in the configuration of its channel"), counts, err);
    if (status == GCT_OK) {
        status = look_for_room(tx, &full, err);
    }
    if (full) {
        GCT_LOG(GCT_LEVEL_ERROR, "quarantine.full", GCT_F_TEXT("channel", hook->channel));
    }
    return status;
}

enum gct_status gct_ingest_set_aside(struct gct_tx *tx, const struct gct_hook *hook,
                                     struct gct_slice sentence, struct gct_ingest_counts *counts,
                                     struct gct_error *err)
{
    return keep_quarantine(tx, hook, GCT_QUARANTINE_INVALID, sentence, counts, err);
}

enum gct_status gct_ingest_raw(struct gct_tx *tx, const struct gct_hook *hook, struct gct_error *err)
{
    return keep_inbox(tx, hook, err);
}

enum gct_status gct_ingest_translation(struct gct_tx *tx, const struct gct_directory *directory,
                                       const struct gct_hook *hook, const struct gct_translation *translation,
                                       struct gct_ingest_counts *counts, struct gct_error *err)
{
    enum gct_quarantine_reason reason = GCT_QUARANTINE_NONE;
    uint32_t strangers = 0;
    enum verdict verdict = keep_verdict(translation, &reason);
    if (verdict == VERDICT_LATER) {
        return keep_inbox(tx, hook, err);
    }
    if (verdict == VERDICT_NOTHING) {
        return keep_quarantine(tx, hook, reason, translation->reason, counts, err);
    }
    enum gct_status status =
        keep_events(tx, directory, hook, (const struct gct_event *const *)translation->events,
                    translation->event_count, counts, &strangers, err);
    if (status == GCT_OK && verdict == VERDICT_PARTLY) {
        status = keep_quarantine(tx, hook, reason, translation->reason, counts, err);
    } else if (status == GCT_OK && strangers > 0) {
        status = keep_stranger(tx, hook, counts, err);
    }
    return status;
}
