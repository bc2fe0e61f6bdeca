#include "kit/graph/verdict.h"

#include "kit/graph/usage.h"
#include "kit/reader.h"
#include "kit/text.h"

#define RETRY_LIMIT_S INT64_C(86400) /* longer is taken as this long */
#define SUBCODES_FROM 100000         /* below, a subcode means something only together with its code */

/* Answers without an error object: a proxy's page, a half answer, a platform in trouble. First match. */
static const struct {
    uint32_t from;
    uint32_t to;
    enum gct_outcome outcome;
    struct gct_slice sentence;
} statuses[] = {
    { 200, 299, GCT_OUTCOME_UNCLEAR, { GCT_TEXT("The platform said yes but named no message.") } },
    { 300, 399, GCT_OUTCOME_REFUSED, { GCT_TEXT("The platform's address answered with a redirection.") } },
    { 401, 401, GCT_OUTCOME_AUTHORITY_LOST, { GCT_TEXT("The platform asks for a new connection.") } },
    { 408, 408, GCT_OUTCOME_RETRY, { GCT_TEXT("The platform did not wait for the whole request.") } },
    { 413, 413, GCT_OUTCOME_REFUSED, { GCT_TEXT("The request is too large for the platform.") } },
    { 429, 429, GCT_OUTCOME_RATE_LIMITED, { GCT_TEXT("The platform asks for fewer calls.") } },
    { 400, 499, GCT_OUTCOME_REFUSED, { GCT_TEXT("The platform refused the request without a reason.") } },
    { 503, 503, GCT_OUTCOME_RETRY, { GCT_TEXT("The platform is not available at the moment.") } },
    { 500, 599, GCT_OUTCOME_UNCLEAR, { GCT_TEXT("The platform failed and did not say what it took.") } },
};

static void conclude(struct gct_verdict *verdict, enum gct_outcome outcome, struct gct_slice sentence)
{
    verdict->outcome = outcome;
    verdict->sentence = sentence;
}

static void by_status(struct gct_kit *kit, uint32_t status, struct gct_verdict *verdict)
{
    struct gct_slice code[] = { GCT_KIT_SLICE("http"), gct_kit_integer_text(kit, status) };
    size_t i = 0;

    conclude(verdict, GCT_OUTCOME_UNCLEAR, GCT_KIT_SLICE("The platform's answer has no known form."));
    while (i < GCT_KIT_ELEMENTS(statuses) && (status < statuses[i].from || status > statuses[i].to)) {
        i++;
    }
    if (i < GCT_KIT_ELEMENTS(statuses))
        conclude(verdict, statuses[i].outcome, statuses[i].sentence);
    verdict->code = gct_kit_join(kit, code, GCT_KIT_ELEMENTS(code), GCT_KIT_SLICE("/"));
}

static bool success(struct gct_kit *kit, const struct gct_json_value *body, struct gct_verdict *verdict)
{
    bool taken;

    verdict->remote_id = gct_kit_id(kit, body, "message_id");
    /* A sender action is answered with the recipient alone, other calls with "success" (also seen as a text).
     */
    taken = verdict->remote_id.len > 0 || gct_kit_id(kit, body, "recipient_id").len > 0 ||
            gct_kit_truth(kit, body, "success") || gct_kit_is(gct_kit_text(kit, body, "success"), "true");
    if (taken)
        conclude(verdict, GCT_OUTCOME_SENT, (struct gct_slice){ NULL, 0 });
    return taken;
}

/* How well a row fits: 0 not at all. A number that means one thing alone is found wherever it stands. */
static unsigned fit(const struct gct_kit_error *row, int64_t code, int64_t subcode, struct gct_slice message)
{
    bool exact = row->code == code && row->subcode == subcode;
    int64_t number = row->subcode == GCT_KIT_ANY ? row->code : row->subcode;
    bool unique = number >= SUBCODES_FROM && (number == subcode || number == code);
    unsigned points = exact ? 3 : unique ? 2 : row->code == code && row->subcode == GCT_KIT_ANY ? 1 : 0;

    if (row->message)
        points = points > 0 && gct_kit_begins(message, row->message) ? 4 : 0;
    return points;
}

static void by_error(struct gct_kit *kit, const struct gct_json_value *error, uint32_t status,
                     const struct gct_kit_error *errors, size_t count, struct gct_verdict *verdict)
{
    int64_t code = gct_kit_integer(kit, error, "code", 0);
    int64_t subcode = gct_kit_integer(kit, error, "error_subcode", GCT_KIT_BARE);
    bool transient = gct_kit_truth(kit, error, "is_transient");
    struct gct_slice codes[] = { gct_kit_integer_text(kit, code), gct_kit_integer_text(kit, subcode) };
    struct gct_slice message = kit->json->string(gct_kit_get(kit, error, "message"));
    unsigned best = 0;
    size_t i;

    conclude(verdict, GCT_OUTCOME_REFUSED,
             GCT_KIT_SLICE("The platform refused it for a reason that is not known."));
    for (i = 0; i < count; i++) {
        unsigned points = fit(&errors[i], code, subcode, message);

        if (points > best) {
            best = points;
            conclude(verdict, errors[i].outcome, errors[i].sentence);
        }
    }
    /* The platform's own word on it counts where the table has nothing exact. */
    if (best < 2 && verdict->outcome == GCT_OUTCOME_REFUSED && (transient || (best == 0 && status >= 500)))
        conclude(verdict, GCT_OUTCOME_RETRY, GCT_KIT_SLICE("The platform has a temporary problem."));
    if (best == 0 && !transient && status == 429)
        conclude(verdict, GCT_OUTCOME_RATE_LIMITED, GCT_KIT_SLICE("The platform asks for fewer calls."));
    verdict->code = gct_kit_join(kit, codes, subcode == GCT_KIT_BARE ? 1 : 2, GCT_KIT_SLICE("/"));
}

/* A Retry-After in seconds, however long; -1 when there is none. A date and what is below zero are none. */
static int64_t retry_after_ms(const struct gct_http_response *reply)
{
    struct gct_slice text = gct_kit_header(reply, "Retry-After");
    int64_t seconds = 0;
    size_t i;

    for (i = 0; i < text.len && seconds >= 0; i++) {
        int digit = text.ptr[i] - '0';

        seconds = digit < 0 || digit > 9 ? -1 : seconds * 10 + digit;
        if (seconds > RETRY_LIMIT_S)
            seconds = RETRY_LIMIT_S;
    }
    return text.len > 0 && seconds >= 0 ? seconds * 1000 : -1;
}

void gct_kit_verdict(struct gct_kit *kit, const struct gct_http_response *reply,
                     const struct gct_kit_error *errors, size_t count, struct gct_verdict *verdict)
{
    const struct gct_json_value *body = kit->json->parse(kit->call, reply->body);
    const struct gct_json_value *error = gct_kit_get(kit, body, "error");

    verdict->retry_after_ms = retry_after_ms(reply);
    gct_kit_usage(kit, reply, verdict);
    if (gct_kit_is_object(kit, error)) {
        by_error(kit, error, reply->status, errors, count, verdict);
    } else if (reply->status < 200 || reply->status > 299 || !success(kit, body, verdict)) {
        by_status(kit, reply->status, verdict);
    }
    if (verdict->outcome == GCT_OUTCOME_RATE_LIMITED && verdict->retry_after_ms > verdict->pause_ms)
        verdict->pause_ms = verdict->retry_after_ms;
}
