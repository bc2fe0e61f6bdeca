#include "kit/graph/usage.h"

#include "kit/reader.h"
#include "kit/text.h"

#define MINUTE_MS INT64_C(60000)
#define WEEK_MINUTES INT64_C(10080)

/* From here the platform must not be asked again before a minute has passed: at 100 it stops answering. */
#define SPENT_PERCENT 90u

struct gct_slice gct_kit_header(const struct gct_http_response *reply, const char *name)
{
    size_t i;

    for (i = 0; i < reply->header_count; i++) {
        if (gct_kit_is_name(reply->headers[i].name, name))
            return reply->headers[i].value;
    }
    return (struct gct_slice){ NULL, 0 };
}

static void read_counters(struct gct_kit *kit, const struct gct_json_value *usage,
                          struct gct_verdict *verdict)
{
    static const char *const counters[] = { "call_count", "total_time", "total_cputime" };
    int64_t minutes = gct_kit_integer(kit, usage, "estimated_time_to_regain_access", 0);
    size_t i;

    for (i = 0; i < GCT_KIT_ELEMENTS(counters); i++) {
        int64_t percent = gct_kit_integer(kit, usage, counters[i], 0);

        if (percent > 100)
            percent = 100;
        if (percent > (int64_t)verdict->usage_percent)
            verdict->usage_percent = (uint32_t)percent;
    }
    if (minutes > WEEK_MINUTES)
        minutes = WEEK_MINUTES;
    if (minutes * MINUTE_MS > verdict->pause_ms)
        verdict->pause_ms = minutes * MINUTE_MS;
}

/* The counters of the objects in `cases`: of this account where it is among them, for what another Page has
 * used is not its own; else of all, because one of them is the one that counts. */
static void read_cases(struct gct_kit *kit, const struct gct_json_value *cases, struct gct_slice account,
                       struct gct_verdict *verdict)
{
    size_t count = gct_kit_is_object(kit, cases) ? gct_kit_count(kit, cases) : 0;
    bool listed = false;
    size_t i;
    size_t j;

    for (i = 0; i < count && !listed; i++) {
        struct gct_slice id = { NULL, 0 };

        (void)kit->json->member(cases, i, &id);
        listed = account.len > 0 && gct_kit_equal(id, account);
    }
    for (i = 0; i < count; i++) {
        struct gct_slice id = { NULL, 0 };
        const struct gct_json_value *list = kit->json->member(cases, i, &id);

        for (j = 0; j < gct_kit_count(kit, list) && (!listed || gct_kit_equal(id, account)); j++) {
            read_counters(kit, gct_kit_at(kit, list, j), verdict);
        }
    }
}

void gct_kit_usage(struct gct_kit *kit, const struct gct_http_response *reply, struct gct_verdict *verdict)
{
    struct gct_slice app = gct_kit_header(reply, "X-App-Usage");
    struct gct_slice business = gct_kit_header(reply, "X-Business-Use-Case-Usage");

    if (app.len > 0)
        read_counters(kit, kit->json->parse(kit->call, app), verdict);
    if (business.len > 0)
        read_cases(kit, kit->json->parse(kit->call, business), reply->account, verdict);
    if (verdict->usage_percent >= SPENT_PERCENT && verdict->pause_ms == 0)
        verdict->pause_ms = MINUTE_MS;
}
