/* What becomes of a translation: results are collected here, and its status is settled here. */
#include <string.h>

#include "base/slice.h"
#include "plugin/guard/guard.h"

#define FIRST_ROOM 8u

/* The first complaint stays; results are of no use from now on. */
static enum gct_status refuse(struct gct_translation *translation, enum gct_status status,
                              const char *sentence)
{
    if (translation->status == GCT_OK) {
        translation->status = status;
        translation->fault = status == GCT_PROTOCOL ? GCT_FAULT_GARBAGE : GCT_FAULT_NONE;
        translation->reason = gct_arena_copy(translation->arena, gct_slice_of(sentence));
    }
    return status;
}

/* Array with room for one more than count: grown at each power of two. */
static const void *grown(struct gct_translation *translation, const void *array, size_t count)
{
    void *larger = NULL;
    if (count != 0 && (count < FIRST_ROOM || (count & (count - 1u)) != 0)) {
        return array;
    }
    larger = gct_arena_array(translation->arena, count < FIRST_ROOM ? FIRST_ROOM : count * 2u, sizeof(void *),
                             _Alignof(void *));
    if (larger != NULL && count != 0) {
        memcpy(larger, array, count * sizeof(void *));
    }
    return larger;
}

enum gct_status guard_take_event(struct gct_translation *translation, const struct gct_event *event)
{
    struct gct_error err = { 0 };
    const struct gct_event *copy = NULL;
    const struct gct_event **events = NULL;
    enum gct_status st = GCT_OK;
    if (translation->status != GCT_OK) {
        return translation->status;
    }
    if (translation->kind != GCT_DECODE) {
        return refuse(translation, GCT_PROTOCOL, "an event was emitted outside decode");
    }
    if (translation->event_count == GCT_DECODE_EVENTS) {
        return refuse(translation, GCT_LIMIT, "more than 4096 events in one hook");
    }
    st = guard_event(event, translation->hook->body, translation->arena, &copy, &err);
    if (st != GCT_OK) {
        return refuse(translation, st, err.text);
    }
    events = (const struct gct_event **)(uintptr_t)grown(translation, translation->events,
                                                         translation->event_count);
    if (events == NULL) {
        return refuse(translation, GCT_LIMIT, "the memory for results is spent");
    }
    events[translation->event_count++] = copy;
    translation->events = events;
    return GCT_OK;
}

enum gct_status guard_take_request(struct gct_translation *translation,
                                   const struct gct_http_request *request)
{
    struct gct_error err = { 0 };
    const struct gct_http_request *copy = NULL;
    const struct gct_http_request **requests = NULL;
    enum gct_status st = GCT_OK;
    if (translation->status != GCT_OK) {
        return translation->status;
    }
    if (translation->kind != GCT_ENCODE && translation->kind != GCT_PROFILE_REQUEST) {
        return refuse(translation, GCT_PROTOCOL, "a request was emitted outside encode");
    }
    if (translation->kind == GCT_PROFILE_REQUEST && translation->request_count == 1u) {
        return refuse(translation, GCT_LIMIT, "more than one request for a profile");
    }
    if (translation->request_count == GCT_ENCODE_REQUESTS) {
        return refuse(translation, GCT_LIMIT, "more than 16 requests for one message");
    }
    st = guard_request(request, translation->arena, &copy, &err);
    if (st != GCT_OK) {
        return refuse(translation, st, err.text);
    }
    requests = (const struct gct_http_request **)(uintptr_t)grown(translation, translation->requests,
                                                                  translation->request_count);
    if (requests == NULL) {
        return refuse(translation, GCT_LIMIT, "the memory for results is spent");
    }
    requests[translation->request_count++] = copy;
    translation->requests = requests;
    return GCT_OK;
}

void guard_take_profile(struct gct_translation *translation, const struct gct_profile_reply *profile)
{
    struct gct_error err = { 0 };
    enum gct_status st = translation->status;
    st = st != GCT_OK ? st : guard_profile(profile, translation->arena, &translation->profile, &err);
    if (st != GCT_OK) {
        (void)refuse(translation, st, err.text);
    }
}

static const char *const callback_names[] = {
    [GCT_DECODE] = "decode",
    [GCT_ENCODE] = "encode",
    [GCT_CLASSIFY] = "classify",
    [GCT_PROFILE_REQUEST] = "request of gct.profile/1",
    [GCT_PROFILE_READ] = "read of gct.profile/1",
};

/* The statuses that are a plugin's to return; the others are said by the core about a plugin. */
static int is_plugins_status(uint32_t status)
{
    return status == GCT_OK || status == GCT_INVALID || status == GCT_UNSUPPORTED || status == GCT_LIMIT ||
           status == GCT_INTERNAL;
}

static int makes_requests(enum gct_translation_kind kind)
{
    return kind == GCT_ENCODE || kind == GCT_PROFILE_REQUEST;
}

static void settle(struct gct_translation *translation, uint32_t returned, const struct gct_verdict *verdict)
{
    struct gct_error err = { 0 };
    const char *name = callback_names[translation->kind];
    enum gct_status st = GCT_OK;
    if (!is_plugins_status(returned)) {
        (void)gct_error_set(&err, GCT_PROTOCOL, "%s returned %u, which is not among its statuses", name,
                            returned);
        (void)refuse(translation, GCT_PROTOCOL, err.text);
    } else if (returned == GCT_OK && makes_requests(translation->kind) && translation->request_count == 0) {
        (void)gct_error_set(&err, GCT_PROTOCOL, "%s returned 0 (done) and emitted no request", name);
        (void)refuse(translation, GCT_PROTOCOL, err.text);
    } else if (returned == GCT_OK && translation->kind == GCT_CLASSIFY) {
        st = guard_verdict(verdict, translation->arena, &translation->verdict, &err);
        if (st != GCT_OK) {
            (void)refuse(translation, st, err.text);
        }
    }
    if (translation->status == GCT_OK) {
        translation->status = (enum gct_status)returned;
    }
}

void guard_finish(struct gct_translation *translation, uint32_t returned, const struct gct_verdict *verdict,
                  struct gct_slice reason)
{
    int refused = translation->status != GCT_OK;
    if (!refused) {
        settle(translation, returned, verdict);
    }
    if (translation->reason.len == 0 && translation->status != GCT_OK) {
        translation->reason = gct_arena_copy(translation->arena, reason);
    }
    /* What a hook that was understood only in part gave is right; every other failure gives nothing. */
    int keeps = translation->status == GCT_OK ||
                (translation->status == GCT_UNSUPPORTED && translation->kind == GCT_DECODE);
    if (!keeps) {
        translation->events = NULL;
        translation->event_count = 0;
        translation->requests = NULL;
        translation->request_count = 0;
    }
}
