#include "http/view/refusal.h"

#include "base/slice.h"
#include "http/view/message.h"
#include "http/view/ticket.h"
#include "model/length.h"

/* What cannot be read is left out: the refusal itself is what matters. */
static void add_objects(struct gct_json *document, struct gct_api_request *request, struct gct_db *db)
{
    const struct gct_refusal *refusal = &request->refusal;
    struct gct_error err = { 0 };
    struct gct_json *object = NULL;
    int64_t user = request->by_session ? request->who->id : 0;
    if (refusal->ticket != 0 &&
        gct_view_ticket_one(db, request->directory, user, refusal->ticket, request->now_ms, 1, &object,
                            &request->etag, &err) == GCT_OK) {
        gct_json_set(document, "ticket", object);
    }
    if (refusal->message != 0 && gct_view_message_one(db, refusal->message, &object, NULL, &err) == GCT_OK) {
        gct_json_set(document, "message", object);
    }
}

struct gct_json *gct_view_refusal(struct gct_api_request *request, struct gct_db *db)
{
    const struct gct_refusal *refusal = &request->refusal;
    struct gct_json *document = gct_problem_json(refusal->problem, refusal->detail);
    if (refusal->problem == GCT_PROBLEM_INVALID) {
        gct_problem_field(document, gct_slice_of(refusal->field), refusal->detail);
    }
    if (refusal->closed_ms != 0) {
        gct_json_set_time(document, "closed_at", refusal->closed_ms);
    }
    if (refusal->retry_ms != 0) {
        gct_json_set_time(document, "retry_at", refusal->retry_ms);
    }
    if (refusal->problem == GCT_PROBLEM_TEXT_TOO_LONG) {
        gct_json_set_number(document, "max", refusal->max);
        gct_json_set_number(document, "length", refusal->length);
        gct_json_set_text(document, "unit", gct_slice_of(gct_text_unit_name(refusal->unit)));
    }
    add_objects(document, request, db);
    return document;
}
