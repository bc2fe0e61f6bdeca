/* Whatever the order in which a platform tells its events, however often it repeats them and however it packs
 * them into hooks: the rows end the same. */
#include "router/ingest/events.c"
#include "router/ingest/parked.c"
#include "router/ingest/update.c"

#include "desk.h"

#define ROUNDS 40
#define EVENTS_MOST 32

/* Everything that is the same for every order: all but numbers of rows, random keys and times of arrival. */
static const char STATE[] =
    "SELECT 'v', i.remote_id, v.window_opened_ms, v.window_closes_ms, v.window_opened_by, v.human_until_ms,"
    " v.thread_owner, v.owner_ms, v.referrals, v.delivered_ms, v.read_ms, v.last_in_ms, '', '', ''"
    " FROM conversation v JOIN identity i ON i.id = v.id"
    " UNION ALL SELECT 't', i.remote_id, t.status, t.status_set, t.unanswered, t.customer_ms, t.answered_ms, "
    "t.messages_in,"
    " (SELECT remote_id FROM message m WHERE m.id = t.last_message_id), t.last_message_ms, t.deadline_ms,"
    " t.first_response_ms, t.snoozed_until_ms, '', ''"
    " FROM ticket t JOIN conversation v ON v.id = t.conversation_id JOIN identity i ON i.id = v.id"
    " UNION ALL SELECT 'm', remote_id, direction, kind, author, text, reply_to, context, sent_ms, edited_ms, "
    "revision,"
    " unsent_ms, delivery, flags, ticket_id IS NOT NULL FROM message"
    " UNION ALL SELECT 'a', m.remote_id, a.position, a.kind, a.url, '', '', '', '', '', '', '', '', '', ''"
    " FROM attachment a JOIN message m ON m.id = a.message_id"
    " UNION ALL SELECT 'r', m.remote_id, r.author, r.emoji, r.set_ms, '', '', '', '', '', '', '', '', '', ''"
    " FROM reaction r JOIN message m ON m.id = r.message_id"
    " UNION ALL SELECT 'p', remote_id, kind, author, state, text, revision, happened_ms, '', '', '', '', '', "
    "'', ''"
    " FROM parked"
    " ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15";

/* The log, but for how a contact was first seen and whether an act opened or prolonged a window: these are
 * facts of their arrival (docs/adr/), so that a message has a window's line in one order and none in another.
 */
static const char LOG[] =
    "SELECT CASE WHEN type LIKE 'window.%' THEN 'window' WHEN type LIKE 'contact.%ed' AND type IN"
    " ('contact.started', 'contact.referred') THEN 'contact' ELSE type END,"
    " CASE WHEN type IN ('contact.started', 'contact.referred', 'ticket.opened') THEN 0 ELSE occurred_ms END,"
    " actor, kind, len_bucket, media_count, reason, score"
    " FROM engagement_event WHERE type NOT IN ('contact.started', 'contact.referred')"
    " AND NOT (type LIKE 'window.%' AND coalesce(reason, '') = 'message')"
    " ORDER BY 1, 2, 3, 4, 5, 6, 7, 8";

static size_t story(struct desk *desk, const struct gct_event *events[EVENTS_MOST])
{
    static const struct gct_attachment IMAGE = { .size = sizeof IMAGE,
                                                 .kind = GCT_ATTACHMENT_IMAGE,
                                                 .url = { GCT_TEXT("https://example.org/i.png") },
                                                 .bytes = -1,
                                                 .duration_ms = -1 };
    static const struct gct_attachment *const IMAGES[] = { &IMAGE };
    size_t n = 0;
    events[n++] = &desk_message(desk, "m1", "Hello", T0 + 1000)->head;
    events[n++] = &desk_message(desk, "m2", "Anybody?", T0 + 2000)->head;
    struct gct_event_message *photo = desk_message(desk, "m3", "", T0 + 3000);
    photo->attachments = IMAGES;
    photo->attachment_count = 1;
    events[n++] = &photo->head;
    events[n++] = desk_edit(desk, "e1", "m1", "Hello!", 1, T0 + 4000);
    events[n++] = desk_edit(desk, "e2", "m1", "Hello, help", 2, T0 + 5000);
    events[n++] = desk_reaction(desk, "r1", "x1", "love", T0 + 8000);
    events[n++] = desk_reaction(desk, "r2", "x1", NULL, T0 + 9000);
    events[n++] = desk_reaction(desk, "r3", "m2", "smile", T0 + 6000);
    events[n++] = &desk_echo(desk, "x1", "Answered elsewhere", "", T0 + 7000)->head;
    events[n++] = desk_unsend(desk, "u1", "m3", T0 + 10000);
    events[n++] = desk_edit(desk, "e3", "m3", "too late", 1, T0 + 9500);
    events[n++] = desk_receipt(desk, "d1", GCT_RECEIPT_DELIVERED, "x1", T0 + 7000, T0 + 7100);
    events[n++] = desk_receipt(desk, "d2", GCT_RECEIPT_READ, NULL, T0 + 7500, T0 + 7600);
    events[n++] = desk_receipt(desk, "d3", GCT_RECEIPT_READ, NULL, T0 + 6500, T0 + 6600);
    events[n++] = desk_referral(desk, "f1", "spring", T0 + 11000);
    events[n++] = &desk_message(desk, "m4", "From the link", T0 + 12000)->head;
    events[n++] = &desk_message(desk, "m5", "And more", T0 + 13000)->head;
    events[n++] = desk_handover(desk, "h1", GCT_HANDOVER_OTHERS, T0 + 14000);
    events[n++] = desk_handover(desk, "h2", GCT_HANDOVER_OURS, T0 + 15000);
    events[n++] = desk_consent(desk, "c1", 1, T0 + 16000);
    struct gct_event_message *standby = desk_message(desk, "m6", "To the other", T0 + 14500);
    standby->head.flags = GCT_EVENT_STANDBY;
    events[n++] = &standby->head;
    events[n++] = &desk_echo(desk, "x2", "Late word", "", T0 + 17000)->head;
    events[n++] = desk_receipt(desk, "d4", GCT_RECEIPT_DELIVERED, "x2", 0, T0 + 17100);
    return n;
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

/* A shuffled list in which some events stand twice, packed into hooks of random length. */
static void tell(struct desk *desk, uint64_t seed)
{
    const struct gct_event *events[EVENTS_MOST * 2];
    size_t n = story(desk, events);
    size_t twice = seed == 0 ? 0 : next_random(&seed) % n;
    for (size_t i = 0; i < twice; i++) {
        events[n + i] = events[next_random(&seed) % n];
    }
    n += twice;
    for (size_t i = n; seed != 0 && i > 1; i--) {
        size_t k = next_random(&seed) % i;
        const struct gct_event *swap = events[i - 1];
        events[i - 1] = events[k];
        events[k] = swap;
    }
    for (size_t i = 0; i < n;) {
        size_t count = seed == 0 ? 1 : 1 + next_random(&seed) % 5;
        count = count > n - i ? n - i : count;
        struct desk_hook job = { .channel = next_random(&seed) % 2 == 0 ? "maple" : "maple-2",
                                 .events = events + i,
                                 .count = count };
        desk->now_ms += 1000;
        desk_ok(desk, desk_write(desk, desk_hook_run, &job));
        i += count;
    }
}

static void any_order_and_any_repetition_ends_in_the_same_rows(void **state)
{
    static char first[2][16384];
    (void)state;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        void *inner = NULL;
        (void)desk_open(&inner);
        struct desk *desk = inner;
        desk->now_ms = T0 + GCT_HOUR_MS;
        tell(desk, round);
        const char *rows = desk_text(desk, STATE);
        const char *log = desk_text(desk, LOG);
        if (round == 0) {
            (void)snprintf(first[0], sizeof first[0], "%s", rows);
            (void)snprintf(first[1], sizeof first[1], "%s", log);
            assert_true(strlen(rows) > 500 && strlen(rows) < sizeof first[0] - 1);
        }
        if (strcmp(rows, first[0]) != 0) {
            print_error("round %u\n%s\n---- instead of\n%s\n", (unsigned)round, rows, first[0]);
        }
        assert_string_equal(rows, first[0]);
        if (strcmp(log, first[1]) != 0) {
            print_error("round %u\n%s\n---- instead of\n%s\n", (unsigned)round, log, first[1]);
        }
        assert_string_equal(log, first[1]);
        assert_int_equal(desk_number(desk, "SELECT count(*) FROM ticket"), 1);
        (void)desk_close(&inner);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_and_any_repetition_ends_in_the_same_rows),
    };
    return cmocka_run_group_tests_name("router/order", tests, NULL, NULL);
}
