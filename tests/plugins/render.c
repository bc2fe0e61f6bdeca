#include "render.h"

#include "base/slice.h"

#define AS_NAME(name, value, ...) [value] = #name,

static const char *const status_names[] = { GCT_STATUS_TABLE(AS_NAME) };
static const char *const event_names[] = { GCT_EVENT_TABLE(AS_NAME) };
static const char *const attachment_names[] = { GCT_ATTACHMENT_TABLE(AS_NAME) };
static const char *const context_names[] = { GCT_CONTEXT_TABLE(AS_NAME) };
static const char *const author_names[] = { GCT_AUTHOR_TABLE(AS_NAME) };
static const char *const outcome_names[] = { GCT_OUTCOME_TABLE(AS_NAME) };
static const char *const profile_names[] = { NULL, "ANSWERED", "REFUSED", "LATER" };
static const char *const sentiment_names[] = { "OTHER", "POSITIVE", "NEGATIVE" };
static const char *const receipt_names[] = { NULL, "DELIVERED", "READ" };
static const char *const handover_names[] = {
    NULL, "OURS", "OTHERS", "REQUESTED", "IDLE", "ROLES", "PEOPLE"
};
static const char *const notice_names[] = { NULL, "INFO", "WARNING", "BLOCKED", "CLEARED" };
static const char *const event_flags[] = { "STANDBY", "TEST", "PUBLIC", "BACKFILL" };
static const char *const request_flags[] = { "REPEATABLE", "OPTIONAL", "MEDIA" };

#define NAME_OF(names, value) name_of((names), sizeof(names) / sizeof((names)[0]), (value))

static const char *name_of(const char *const *names, size_t count, uint32_t value)
{
    return value < count && names[value] ? names[value] : "?";
}

const char *render_status(uint32_t status)
{
    return NAME_OF(status_names, status);
}

static void constant(struct printer *printer, const char *name, const char *value)
{
    printer_text(printer, name, gct_slice_of(value));
}

static void flags(struct printer *printer, const char *const *names, size_t count, uint32_t bits)
{
    if (bits == 0)
        return;
    printer_open(printer, "flags", '[');
    for (size_t i = 0; i < 32; i++) {
        if (bits >> i & 1u)
            constant(printer, NULL, i < count ? names[i] : "?");
    }
    printer_close(printer, ']');
}

static void render_attachment(struct printer *printer, const struct gct_attachment *attachment)
{
    printer_open(printer, NULL, '{');
    constant(printer, "kind", NAME_OF(attachment_names, attachment->kind));
    printer_text_if(printer, "url", attachment->url);
    printer_text_if(printer, "mime", attachment->mime);
    printer_text_if(printer, "name", attachment->name);
    printer_text_if(printer, "remote_id", attachment->remote_id);
    printer_raw_if(printer, "raw", attachment->raw);
    printer_number_if(printer, "bytes", attachment->bytes, -1);
    printer_number_if(printer, "duration_ms", attachment->duration_ms, -1);
    printer_number_if(printer, "latitude_e7", attachment->latitude_e7, 0);
    printer_number_if(printer, "longitude_e7", attachment->longitude_e7, 0);
    printer_close(printer, '}');
}

static void render_context(struct printer *printer, const struct gct_context *context)
{
    if (!context)
        return;
    printer_open(printer, "context", '{');
    constant(printer, "kind", NAME_OF(context_names, context->kind));
    printer_text_if(printer, "title", context->title);
    printer_text_if(printer, "payload", context->payload);
    printer_text_if(printer, "ref", context->ref);
    printer_text_if(printer, "source", context->source);
    printer_text_if(printer, "url", context->url);
    printer_text_if(printer, "remote_id", context->remote_id);
    printer_close(printer, '}');
}

static void render_gct_event_message(struct printer *printer, const struct gct_event_message *event)
{
    constant(printer, "author", NAME_OF(author_names, event->author));
    printer_text_if(printer, "remote_id", event->remote_id);
    printer_text_if(printer, "text", event->text);
    printer_text_if(printer, "reply_to", event->reply_to);
    printer_text_if(printer, "metadata", event->metadata);
    printer_text_if(printer, "app", event->app);
    if (event->attachment_count > 0) {
        printer_open(printer, "attachments", '[');
        for (size_t i = 0; i < event->attachment_count; i++) {
            render_attachment(printer, event->attachments[i]);
        }
        printer_close(printer, ']');
    }
    render_context(printer, event->context);
}

static void render_gct_event_edit(struct printer *printer, const struct gct_event_edit *event)
{
    printer_text_if(printer, "remote_id", event->remote_id);
    printer_text_if(printer, "text", event->text);
    printer_number_if(printer, "revision", event->revision, 0);
}

static void render_gct_event_unsend(struct printer *printer, const struct gct_event_unsend *event)
{
    printer_text_if(printer, "remote_id", event->remote_id);
}

static void render_gct_event_reaction(struct printer *printer, const struct gct_event_reaction *event)
{
    constant(printer, "author", NAME_OF(author_names, event->author));
    printer_text_if(printer, "remote_id", event->remote_id);
    printer_number_if(printer, "removed", event->removed, 0);
    constant(printer, "sentiment", NAME_OF(sentiment_names, event->sentiment));
    printer_text_if(printer, "emoji", event->emoji);
}

static void render_gct_event_receipt(struct printer *printer, const struct gct_event_receipt *event)
{
    constant(printer, "state", NAME_OF(receipt_names, event->state));
    printer_number_if(printer, "watermark_ms", event->watermark_ms, 0);
    if (event->remote_id_count == 0)
        return;
    printer_open(printer, "remote_ids", '[');
    for (size_t i = 0; i < event->remote_id_count; i++) {
        printer_text(printer, NULL, event->remote_ids[i]);
    }
    printer_close(printer, ']');
}

static void render_gct_event_referral(struct printer *printer, const struct gct_event_referral *event)
{
    render_context(printer, event->context);
}

static void render_gct_event_consent(struct printer *printer, const struct gct_event_consent *event)
{
    printer_number(printer, "granted", event->granted);
    printer_text_if(printer, "topic", event->topic);
}

static void render_gct_event_handover(struct printer *printer, const struct gct_event_handover *event)
{
    constant(printer, "state", NAME_OF(handover_names, event->state));
    printer_text_if(printer, "from_app", event->from_app);
    printer_text_if(printer, "to_app", event->to_app);
    printer_text_if(printer, "metadata", event->metadata);
}

static void render_gct_event_notice(struct printer *printer, const struct gct_event_notice *event)
{
    constant(printer, "state", NAME_OF(notice_names, event->state));
    printer_text_if(printer, "code", event->code);
    printer_text_if(printer, "sentence", event->sentence);
}

static void render_gct_event_feedback(struct printer *printer, const struct gct_event_feedback *event)
{
    printer_number(printer, "score", event->score);
    printer_text_if(printer, "remote_id", event->remote_id);
}

static void render_gct_event_linking(struct printer *printer, const struct gct_event_linking *event)
{
    printer_number(printer, "linked", event->linked);
}

static void render_gct_event_unknown(struct printer *printer, const struct gct_event_unknown *event)
{
    printer_text_if(printer, "name", event->name);
    printer_raw_if(printer, "raw", event->raw);
}

#define RENDER_KIND(name, value, tag)                                                                        \
    case value: render_##tag(printer, (const struct tag *)(const void *)event); break;

void render_event(struct printer *printer, const struct gct_event *event)
{
    printer_open(printer, NULL, '{');
    constant(printer, "kind", NAME_OF(event_names, event->kind));
    flags(printer, event_flags, sizeof(event_flags) / sizeof(event_flags[0]), event->flags);
    printer_text_if(printer, "account", event->account);
    printer_text_if(printer, "customer", event->customer);
    printer_text_if(printer, "key", event->key);
    printer_number(printer, "at_ms", event->at_ms);
    printer_text_if(printer, "opener", event->opener);
    printer_number_if(printer, "window_ms", event->window_ms, 0);
    switch (event->kind) {
        GCT_EVENT_TABLE(RENDER_KIND)
    default: break;
    }
    printer_close(printer, '}');
}

void render_request(struct printer *printer, const struct gct_http_request *request)
{
    printer_open(printer, NULL, '{');
    flags(printer, request_flags, sizeof(request_flags) / sizeof(request_flags[0]), request->flags);
    printer_text(printer, "method", request->method);
    printer_text(printer, "path", request->path);
    printer_text_if(printer, "query", request->query);
    printer_open(printer, "headers", '[');
    for (size_t i = 0; i < request->header_count; i++) {
        printer_open(printer, NULL, '{');
        printer_text(printer, "name", request->headers[i].name);
        printer_text(printer, "value", request->headers[i].value);
        printer_close(printer, '}');
    }
    printer_close(printer, ']');
    printer_raw_if(printer, "body", request->body);
    printer_close(printer, '}');
}

void render_verdict(struct printer *printer, const struct gct_verdict *verdict)
{
    printer_open(printer, "verdict", '{');
    constant(printer, "outcome", NAME_OF(outcome_names, verdict->outcome));
    printer_text_if(printer, "remote_id", verdict->remote_id);
    printer_text_if(printer, "code", verdict->code);
    printer_text_if(printer, "sentence", verdict->sentence);
    printer_number_if(printer, "retry_after_ms", verdict->retry_after_ms, -1);
    printer_number_if(printer, "usage_percent", verdict->usage_percent, 0);
    printer_number_if(printer, "pause_ms", verdict->pause_ms, 0);
    printer_close(printer, '}');
}

void render_profile(struct printer *printer, const struct gct_profile_reply *profile)
{
    printer_open(printer, "profile", '{');
    constant(printer, "outcome", NAME_OF(profile_names, profile->outcome));
    printer_number_if(printer, "retry_after_ms", profile->retry_after_ms, 0);
    printer_text_if(printer, "name", profile->name);
    printer_text_if(printer, "handle", profile->handle);
    printer_text_if(printer, "avatar_url", profile->avatar_url);
    printer_text_if(printer, "lang", profile->lang);
    printer_close(printer, '}');
}

void render_end(struct printer *printer, uint32_t status, struct gct_slice reason)
{
    constant(printer, "status", render_status(status));
    printer_text_if(printer, "reason", reason);
    printer_close(printer, '}');
}
