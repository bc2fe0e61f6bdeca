/* The results of decode(): one checker a kind, in one table. */
#include <string.h>

#include "base/slice.h"
#include "plugin/guard/guard.h"

#define KNOWN_FLAGS (GCT_EVENT_STANDBY | GCT_EVENT_TEST | GCT_EVENT_PUBLIC | GCT_EVENT_BACKFILL)

/* Members of from checked into the member of the same name of to; stops at the first complaint. */
#define TAKE_TEXT(field) st = st != GCT_OK ? st : guard_text(guard, #field, from->field, &to->field)
#define TAKE_ID(field, need) st = st != GCT_OK ? st : guard_id(guard, #field, need, from->field, &to->field)
#define TAKE_LINE(field)                                                                                     \
    st = st != GCT_OK                                                                                        \
             ? st                                                                                            \
             : guard_line(guard, #field, GUARD_TEXT_BYTES, GUARD_MAY_BE_EMPTY, from->field, &to->field)
#define TAKE_NUMBER(field, least, most)                                                                      \
    do {                                                                                                     \
        st = st != GCT_OK ? st : guard_number(guard, #field, from->field, least, most);                      \
        to->field = from->field;                                                                             \
    } while (0)

static enum gct_status take_attachment(const struct guard *guard, const struct gct_attachment *from,
                                       const struct gct_attachment **out)
{
    struct gct_attachment *to = GCT_ARENA_NEW(guard->arena, gct_attachment);
    enum gct_status st = to == NULL ? guard_spent(guard) : GCT_OK;
    if (st == GCT_OK && from == NULL) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: an attachment is NULL", guard->thing);
    }
    st = st != GCT_OK ? st : guard_size(guard, from->size, sizeof *from);
    if (st != GCT_OK) {
        return st;
    }
    to->size = sizeof *to;
    TAKE_NUMBER(kind, 1, UINT32_MAX);
    to->kind = from->kind < GCT_ATTACHMENT_COUNT ? from->kind : (uint32_t)GCT_ATTACHMENT_UNSUPPORTED;
    TAKE_LINE(url);
    TAKE_LINE(mime);
    TAKE_TEXT(name);
    TAKE_ID(remote_id, GUARD_MAY_BE_EMPTY);
    TAKE_TEXT(raw);
    TAKE_NUMBER(bytes, -1, INT64_MAX);
    TAKE_NUMBER(duration_ms, -1, INT64_MAX);
    TAKE_NUMBER(latitude_e7, -900000000, 900000000);
    TAKE_NUMBER(longitude_e7, -1800000000, 1800000000);
    *out = to;
    return st;
}

static enum gct_status take_context(const struct guard *guard, const struct gct_context *from,
                                    enum guard_need need, const struct gct_context **out)
{
    struct gct_context *to = from == NULL ? NULL : GCT_ARENA_NEW(guard->arena, gct_context);
    enum gct_status st = GCT_OK;
    *out = NULL;
    if (from == NULL) {
        return need == GUARD_MAY_BE_EMPTY
                   ? GCT_OK
                   : gct_error_set(guard->err, GCT_PROTOCOL, "%s: its context is NULL", guard->thing);
    }
    st = to == NULL ? guard_spent(guard) : guard_size(guard, from->size, sizeof *from);
    if (st != GCT_OK) {
        return st;
    }
    to->size = sizeof *to;
    TAKE_NUMBER(kind, 1, UINT32_MAX);
    TAKE_TEXT(title);
    TAKE_TEXT(payload);
    TAKE_TEXT(ref);
    TAKE_TEXT(source);
    TAKE_LINE(url);
    TAKE_ID(remote_id, GUARD_MAY_BE_EMPTY);
    *out = to;
    return st;
}

/* ---- kinds: the head is done; from and to are of the kind's struct ---- */

static enum gct_status take_message(const struct guard *guard, const struct gct_event_message *from,
                                    struct gct_event_message *to)
{
    enum gct_status st = GCT_OK;
    const struct gct_attachment **attachments = NULL;
    TAKE_NUMBER(author, GCT_AUTHOR_CUSTOMER, GCT_AUTHOR_COUNT - 1);
    TAKE_NUMBER(attachment_count, 0, GUARD_ATTACHMENTS);
    TAKE_ID(remote_id, GUARD_MAY_BE_EMPTY);
    TAKE_TEXT(text);
    TAKE_ID(reply_to, GUARD_MAY_BE_EMPTY);
    TAKE_TEXT(metadata);
    TAKE_ID(app, GUARD_MAY_BE_EMPTY);
    if (st == GCT_OK && from->attachment_count != 0 && from->attachments == NULL) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: attachments is NULL and attachment_count %u",
                           guard->thing, from->attachment_count);
    }
    if (st == GCT_OK && from->attachment_count != 0) {
        attachments = GCT_ARENA_ARRAY(guard->arena, const struct gct_attachment *, from->attachment_count);
        st = attachments == NULL ? guard_spent(guard) : GCT_OK;
    }
    for (uint32_t i = 0; st == GCT_OK && i < from->attachment_count; i++) {
        st = take_attachment(guard, from->attachments[i], &attachments[i]);
    }
    to->attachments = attachments;
    return st != GCT_OK ? st : take_context(guard, from->context, GUARD_MAY_BE_EMPTY, &to->context);
}

static enum gct_status take_edit(const struct guard *guard, const struct gct_event_edit *from,
                                 struct gct_event_edit *to)
{
    enum gct_status st = GCT_OK;
    TAKE_ID(remote_id, GUARD_NEEDED);
    TAKE_TEXT(text);
    TAKE_NUMBER(revision, 0, INT64_MAX);
    return st;
}

static enum gct_status take_unsend(const struct guard *guard, const struct gct_event_unsend *from,
                                   struct gct_event_unsend *to)
{
    enum gct_status st = GCT_OK;
    TAKE_ID(remote_id, GUARD_NEEDED);
    return st;
}

static enum gct_status take_reaction(const struct guard *guard, const struct gct_event_reaction *from,
                                     struct gct_event_reaction *to)
{
    enum gct_status st = GCT_OK;
    TAKE_NUMBER(author, GCT_AUTHOR_CUSTOMER, GCT_AUTHOR_COUNT - 1);
    TAKE_NUMBER(removed, 0, 1);
    TAKE_ID(remote_id, GUARD_NEEDED);
    st = st != GCT_OK ? st
                      : guard_id(guard, "emoji", from->removed ? GUARD_MAY_BE_EMPTY : GUARD_NEEDED,
                                 from->emoji, &to->emoji);
    to->sentiment = from->sentiment <= GCT_SENTIMENT_NEGATIVE ? from->sentiment : GCT_SENTIMENT_OTHER;
    return st;
}

static enum gct_status take_receipt(const struct guard *guard, const struct gct_event_receipt *from,
                                    struct gct_event_receipt *to)
{
    enum gct_status st = GCT_OK;
    struct gct_slice *ids = NULL;
    TAKE_NUMBER(state, GCT_RECEIPT_DELIVERED, GCT_RECEIPT_READ);
    TAKE_NUMBER(remote_id_count, 0, GUARD_REMOTE_IDS);
    TAKE_NUMBER(watermark_ms, 0, GUARD_LATEST_MS);
    if (st == GCT_OK && (from->remote_id_count == 0 ? from->watermark_ms == 0 : from->remote_ids == NULL)) {
        st =
            gct_error_set(guard->err, GCT_PROTOCOL, "%s: it names no message and no watermark", guard->thing);
    }
    if (st == GCT_OK && from->remote_id_count != 0) {
        ids = GCT_ARENA_ARRAY(guard->arena, struct gct_slice, from->remote_id_count);
        st = ids == NULL ? guard_spent(guard) : GCT_OK;
    }
    for (uint32_t i = 0; st == GCT_OK && i < from->remote_id_count; i++) {
        st = guard_id(guard, "remote_ids", GUARD_NEEDED, from->remote_ids[i], &ids[i]);
    }
    to->remote_ids = ids;
    return st;
}

static enum gct_status take_referral(const struct guard *guard, const struct gct_event_referral *from,
                                     struct gct_event_referral *to)
{
    return take_context(guard, from->context, GUARD_NEEDED, &to->context);
}

static enum gct_status take_consent(const struct guard *guard, const struct gct_event_consent *from,
                                    struct gct_event_consent *to)
{
    enum gct_status st = GCT_OK;
    TAKE_NUMBER(granted, 0, 1);
    TAKE_TEXT(topic);
    return st;
}

static enum gct_status take_handover(const struct guard *guard, const struct gct_event_handover *from,
                                     struct gct_event_handover *to)
{
    enum gct_status st = GCT_OK;
    TAKE_NUMBER(state, 1, UINT32_MAX);
    TAKE_ID(from_app, GUARD_MAY_BE_EMPTY);
    TAKE_ID(to_app, GUARD_MAY_BE_EMPTY);
    TAKE_TEXT(metadata);
    return st;
}

static enum gct_status take_notice(const struct guard *guard, const struct gct_event_notice *from,
                                   struct gct_event_notice *to)
{
    enum gct_status st = GCT_OK;
    TAKE_NUMBER(state, 1, UINT32_MAX);
    TAKE_ID(code, GUARD_MAY_BE_EMPTY);
    TAKE_TEXT(sentence);
    return st;
}

static enum gct_status take_feedback(const struct guard *guard, const struct gct_event_feedback *from,
                                     struct gct_event_feedback *to)
{
    enum gct_status st = GCT_OK;
    TAKE_NUMBER(score, 1, 5);
    TAKE_ID(remote_id, GUARD_MAY_BE_EMPTY);
    return st;
}

static enum gct_status take_linking(const struct guard *guard, const struct gct_event_linking *from,
                                    struct gct_event_linking *to)
{
    enum gct_status st = GCT_OK;
    TAKE_NUMBER(linked, 0, 1);
    return st;
}

static enum gct_status take_unknown(const struct guard *guard, const struct gct_event_unknown *from,
                                    struct gct_event_unknown *to)
{
    enum gct_status st = GCT_OK;
    TAKE_ID(name, GUARD_NEEDED);
    TAKE_TEXT(raw);
    return st;
}

/* ---- the head ---- */

static int is_id_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* True when id stands in raw as a whole word: a plugin cannot name an account that the hook does not. */
static int occurs(struct gct_slice raw, struct gct_slice id)
{
    size_t offset = 0;
    while (offset < raw.len) {
        const char *at = memmem(raw.ptr + offset, raw.len - offset, id.ptr, id.len);
        if (at == NULL) {
            return 0;
        }
        size_t first = (size_t)(at - raw.ptr);
        size_t after = first + id.len;
        if ((first == 0 || !is_id_byte(raw.ptr[first - 1u]) || !is_id_byte(id.ptr[0])) &&
            (after == raw.len || !is_id_byte(raw.ptr[after]) || !is_id_byte(id.ptr[id.len - 1u]))) {
            return 1;
        }
        offset = first + 1u;
    }
    return 0;
}

static enum gct_status take_head(const struct guard *guard, const struct gct_event *from,
                                 struct gct_slice raw, struct gct_event *to)
{
    enum gct_status st = GCT_OK;
    int about_account = from->kind == GCT_EVENT_NOTICE || from->kind == GCT_EVENT_HANDOVER ||
                        from->kind == GCT_EVENT_UNKNOWN || from->kind >= GCT_EVENT_COUNT;
    TAKE_ID(account, GUARD_NEEDED);
    TAKE_ID(customer, about_account ? GUARD_MAY_BE_EMPTY : GUARD_NEEDED);
    TAKE_ID(key, GUARD_NEEDED);
    TAKE_NUMBER(at_ms, 1, GUARD_LATEST_MS);
    TAKE_NUMBER(window_ms, 0, GUARD_LONGEST_MS);
    st = st != GCT_OK
             ? st
             : guard_line(guard, "opener", GUARD_WORD_BYTES, GUARD_MAY_BE_EMPTY, from->opener, &to->opener);
    if (st == GCT_OK && !occurs(raw, from->account)) {
        st = gct_error_set(guard->err, GCT_PROTOCOL, "%s: its account does not occur in the hook",
                           guard->thing);
    }
    to->flags = from->flags & KNOWN_FLAGS;
    return st;
}

#define KIND_CASE(name, value, tag) [value] = { #name, sizeof(struct tag) },
static const struct {
    const char *name;
    size_t size;
} kinds[GCT_EVENT_COUNT] = { GCT_EVENT_TABLE(KIND_CASE) };

static enum gct_status take_body(const struct guard *guard, const struct gct_event *from,
                                 struct gct_event *to)
{
    const void *f = from;
    void *t = to;
    switch ((enum gct_event_kind)from->kind) {
    case GCT_EVENT_MESSAGE: return take_message(guard, f, t);
    case GCT_EVENT_EDIT: return take_edit(guard, f, t);
    case GCT_EVENT_UNSEND: return take_unsend(guard, f, t);
    case GCT_EVENT_REACTION: return take_reaction(guard, f, t);
    case GCT_EVENT_RECEIPT: return take_receipt(guard, f, t);
    case GCT_EVENT_REFERRAL: return take_referral(guard, f, t);
    case GCT_EVENT_CONSENT: return take_consent(guard, f, t);
    case GCT_EVENT_HANDOVER: return take_handover(guard, f, t);
    case GCT_EVENT_NOTICE: return take_notice(guard, f, t);
    case GCT_EVENT_FEEDBACK: return take_feedback(guard, f, t);
    case GCT_EVENT_LINKING: return take_linking(guard, f, t);
    case GCT_EVENT_UNKNOWN: return take_unknown(guard, f, t);
    case GCT_EVENT_COUNT: break;
    }
    return GCT_INTERNAL;
}

enum gct_status guard_event(const struct gct_event *event, struct gct_slice raw, struct gct_arena *arena,
                            const struct gct_event **out, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    struct guard guard = { arena, err, "event" };
    struct gct_event *to = NULL;
    uint32_t kind = 0;
    *out = NULL;
    if (event == NULL || event->size < sizeof *event || event->kind == 0) {
        st = gct_error_set(err, GCT_PROTOCOL, "event: its size is %u and its kind %u",
                           event == NULL ? 0 : event->size,
                           event == NULL || event->size < sizeof *event ? 0 : event->kind);
        goto out;
    }
    kind = event->kind < GCT_EVENT_COUNT ? event->kind : (uint32_t)GCT_EVENT_UNKNOWN;
    guard.thing = kinds[kind].name;
    to = gct_arena_alloc(arena, kinds[kind].size, _Alignof(max_align_t));
    if (to == NULL) {
        st = guard_spent(&guard);
        goto out;
    }
    to->size = (uint32_t)kinds[kind].size;
    to->kind = kind;
    if (event->kind == kind) {
        st = guard_size(&guard, event->size, kinds[kind].size);
    } else {
        struct gct_event_unknown *unknown = (void *)to;
        unknown->name = gct_arena_format(arena, "event kind %u", event->kind);
    }
    st = st != GCT_OK ? st : take_head(&guard, event, raw, to);
    st = st != GCT_OK || event->kind != kind ? st : take_body(&guard, event, to);
    *out = st == GCT_OK ? to : NULL;
out:
    return st;
}
