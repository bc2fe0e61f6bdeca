/* Lines of the engagement log by value: what one act adds to it, and nothing else. */
#include "desk.h"

#define LATER (T0 + GCT_HOUR_MS)

static enum gct_status set_run(struct desk *desk, struct gct_tx *tx, void *arg, struct gct_error *err)
{
    struct gct_action_result result;
    return gct_action_patch(tx, desk->directory, arg, &result, &desk->refusal, err);
}

static void set_status(struct desk *desk, enum gct_ticket_status status, int64_t until_ms)
{
    struct gct_ticket_patch patch = { .actor = { GCT_ACTOR_USER, 1 },
                                      .ticket = 1,
                                      .set = GCT_PATCH_STATUS,
                                      .status = status,
                                      .snoozed_until_ms = until_ms };
    patch.set |= until_ms > 0 ? GCT_PATCH_SNOOZED_UNTIL : 0u;
    desk->now_ms = LATER;
    desk_ok(desk, desk_write(desk, set_run, &patch));
}

static void pending(struct desk *desk)
{
    set_status(desk, GCT_TICKET_PENDING, 0);
}

static void snoozed(struct desk *desk)
{
    set_status(desk, GCT_TICKET_SNOOZED, LATER + GCT_HOUR_MS);
}

static void woken(struct desk *desk)
{
    desk->now_ms = LATER + GCT_HOUR_MS;
    (void)desk_chores(desk);
}

static void react(struct desk *desk, const char *key, uint32_t sentiment, int64_t at_ms)
{
    struct gct_event *event = desk_reaction(desk, key, "ours", "x", at_ms);
    ((struct gct_event_reaction *)event)->sentiment = sentiment;
    desk->now_ms = at_ms;
    desk_event(desk, event);
}

static void liked(struct desk *desk)
{
    react(desk, "r1", GCT_SENTIMENT_POSITIVE, LATER);
}

static void disliked(struct desk *desk)
{
    react(desk, "r1", GCT_SENTIMENT_NEGATIVE, LATER);
}

static void tented(struct desk *desk)
{
    react(desk, "r1", GCT_SENTIMENT_OTHER, LATER);
}

static void liked_after_the_window(struct desk *desk)
{
    react(desk, "r1", GCT_SENTIMENT_POSITIVE, T0 + GCT_DAY_MS + 1);
}

static void taken_back(struct desk *desk)
{
    desk_event(desk, desk_reaction(desk, "r2", "ours", NULL, LATER + 1));
}

static void by_a_link(struct desk *desk)
{
    desk->now_ms = LATER;
    desk_event(desk, desk_referral(desk, "f1", "spring-26", LATER));
}

static void wrote(struct desk *desk)
{
    desk->now_ms = LATER;
    desk_event(desk, &desk_message(desk, "m2", "Hello?", LATER)->head);
}

static void sent_things(struct desk *desk, const char *id, const char *text, uint32_t kind, size_t count)
{
    static const struct gct_attachment *list[4];
    struct gct_event_message *message = desk_message(desk, id, text, LATER);
    for (size_t i = 0; i < count; i++) {
        struct gct_attachment *attachment = GCT_ARENA_NEW(desk->arena, gct_attachment);
        *attachment = (struct gct_attachment){ .size = sizeof *attachment,
                                               .kind = kind,
                                               .url = SLICE("https://example.org/x"),
                                               .bytes = -1,
                                               .duration_ms = kind == GCT_ATTACHMENT_AUDIO ? 4500 : -1 };
        list[i] = attachment;
    }
    desk->now_ms = LATER;
    message->attachments = list;
    message->attachment_count = (uint32_t)count;
    desk_event(desk, &message->head);
}

static void sent_pictures(struct desk *desk)
{
    sent_things(desk, "m2", "Here are three", GCT_ATTACHMENT_IMAGE, 3);
}

static void spoke(struct desk *desk)
{
    sent_things(desk, "m2", "", GCT_ATTACHMENT_AUDIO, 1);
}

static const struct {
    const char *what;
    void (*before)(struct desk *desk); /* or NULL */
    void (*act)(struct desk *desk);
    const char *lines; /* type, actor, agent, ticket, kind, len_bucket, media_count, media_ms, reason, when */
} ROWS[] = {
    { "pending", NULL, pending, "ticket.pending|agent|a|1|-|-|-|-|-|3600000" },
    { "snoozed", NULL, snoozed, "ticket.snoozed|agent|a|1|-|-|-|-|-|3600000" },
    { "woken", snoozed, woken, "ticket.reopened|system|-|1|-|-|-|-|-|7200000" },
    { "positive", NULL, liked,
      "message.reacted|customer|-|1|positive|-|-|-|-|3600000\n"
      "window.extended|platform|-|1|-|-|-|-|reaction|3600000" },
    { "negative", NULL, disliked,
      "message.reacted|customer|-|1|negative|-|-|-|-|3600000\n"
      "window.extended|platform|-|1|-|-|-|-|reaction|3600000" },
    { "other", NULL, tented,
      "message.reacted|customer|-|1|other|-|-|-|-|3600000\n"
      "window.extended|platform|-|1|-|-|-|-|reaction|3600000" },
    { "too late to prolong", NULL, liked_after_the_window,
      "message.reacted|customer|-|1|positive|-|-|-|-|86400001\n"
      "window.expired|platform|-|1|-|-|-|-|-|86400000\n"
      "window.opened|platform|-|1|-|-|-|-|reaction|86400001" },
    { "taken back", liked, taken_back, "" },
    { "a link", NULL, by_a_link,
      "contact.referred|customer|-|1|-|-|-|-|-|3600000\n"
      "window.extended|platform|-|1|-|-|-|-|referral|3600000" },
    { "a text prolongs without a line", NULL, wrote, "message.received|customer|-|1|text|1|-|-|-|3600000" },
    { "pictures", NULL, sent_pictures, "message.received|customer|-|1|image|1|3|-|-|3600000" },
    { "a voice", NULL, spoke, "message.received|customer|-|1|audio|0|1|4500|-|3600000" },
};

static void an_act_adds_these_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(ROWS); i++) {
        void *opened = NULL;
        char sql[512];
        assert_int_equal(desk_open(&opened), 0);
        struct desk *desk = opened;
        desk_event(desk, &desk_message(desk, "m1", "Hello", T0)->head);
        desk_event(desk, &desk_echo(desk, "ours", "Hi", "", T0 + 1)->head);
        if (ROWS[i].before != NULL) {
            ROWS[i].before(desk);
        }
        (void)snprintf(sql, sizeof sql,
                       "SELECT type, actor, substr(agent, 1, 1), ticket, kind, len_bucket, media_count, "
                       "media_ms, reason, occurred_ms - %lld FROM engagement_event WHERE seq > %lld "
                       "ORDER BY type",
                       (long long)T0, (long long)desk_number(desk, "SELECT max(seq) FROM engagement_event"));
        ROWS[i].act(desk);
        const char *lines = desk_text(desk, sql);
        if (strcmp(lines, ROWS[i].lines) != 0) {
            fail_msg("%s:\n%s\nwanted\n%s", ROWS[i].what, lines, ROWS[i].lines);
        }
        (void)desk_close(&opened);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(an_act_adds_these_lines) };
    return cmocka_run_group_tests_name("router/lines", tests, NULL, NULL);
}
