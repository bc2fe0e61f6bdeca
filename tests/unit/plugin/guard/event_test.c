#include "plugin/guard/event.c"

#include "cmocka_all.h"

#define RAW "{\"entry\":[{\"id\":\"104857\",\"other\":12345}]}"

static struct gct_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = gct_arena_new((size_t)8 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gct_arena_free(&arena);
    return 0;
}

/* A right event of each kind, to be spoilt. */
struct any {
    struct gct_event_message message;
    struct gct_event_edit edit;
    struct gct_event_unsend unsend;
    struct gct_event_reaction reaction;
    struct gct_event_receipt receipt;
    struct gct_event_referral referral;
    struct gct_event_consent consent;
    struct gct_event_handover handover;
    struct gct_event_notice notice;
    struct gct_event_feedback feedback;
    struct gct_event_linking linking;
    struct gct_event_unknown unknown;
    struct gct_attachment attachment;
    const struct gct_attachment *attachments[2];
    struct gct_context context;
    struct gct_slice ids[2];
};

static struct any right;

static void head_of(struct gct_event *head, uint32_t kind, size_t size)
{
    *head = (struct gct_event){ .size = (uint32_t)size,
                                .kind = kind,
                                .account = GCT_LIT("104857"),
                                .customer = GCT_LIT("7012"),
                                .key = GCT_LIT("k1"),
                                .at_ms = 1767225601123,
                                .opener = GCT_LIT("message") };
}

static void make_right(void)
{
    memset(&right, 0, sizeof right);
    head_of(&right.message.head, GCT_EVENT_MESSAGE, sizeof right.message);
    head_of(&right.edit.head, GCT_EVENT_EDIT, sizeof right.edit);
    head_of(&right.unsend.head, GCT_EVENT_UNSEND, sizeof right.unsend);
    head_of(&right.reaction.head, GCT_EVENT_REACTION, sizeof right.reaction);
    head_of(&right.receipt.head, GCT_EVENT_RECEIPT, sizeof right.receipt);
    head_of(&right.referral.head, GCT_EVENT_REFERRAL, sizeof right.referral);
    head_of(&right.consent.head, GCT_EVENT_CONSENT, sizeof right.consent);
    head_of(&right.handover.head, GCT_EVENT_HANDOVER, sizeof right.handover);
    head_of(&right.notice.head, GCT_EVENT_NOTICE, sizeof right.notice);
    head_of(&right.feedback.head, GCT_EVENT_FEEDBACK, sizeof right.feedback);
    head_of(&right.linking.head, GCT_EVENT_LINKING, sizeof right.linking);
    head_of(&right.unknown.head, GCT_EVENT_UNKNOWN, sizeof right.unknown);
    right.attachment = (struct gct_attachment){ .size = sizeof right.attachment,
                                                .kind = GCT_ATTACHMENT_IMAGE,
                                                .url = GCT_LIT("https://cdn.example/a.jpg"),
                                                .bytes = -1,
                                                .duration_ms = -1 };
    right.attachments[0] = right.attachments[1] = &right.attachment;
    right.context = (struct gct_context){ .size = sizeof right.context,
                                          .kind = GCT_CONTEXT_AD,
                                          .ref = GCT_LIT("spring") };
    right.ids[0] = right.ids[1] = GCT_LIT("m_1");
    right.message.author = GCT_AUTHOR_CUSTOMER;
    right.message.text = GCT_LIT("caf\xc3\xa9\n");
    right.message.attachments = right.attachments;
    right.message.attachment_count = 2;
    right.message.context = &right.context;
    right.edit.remote_id = right.unsend.remote_id = right.reaction.remote_id = GCT_LIT("m_1");
    right.reaction.author = GCT_AUTHOR_CUSTOMER;
    right.reaction.emoji = GCT_LIT("\xe2\x9d\xa4");
    right.receipt.state = GCT_RECEIPT_READ;
    right.receipt.remote_ids = right.ids;
    right.receipt.remote_id_count = 2;
    right.referral.context = &right.context;
    right.handover.state = GCT_HANDOVER_OURS;
    right.notice.state = GCT_NOTICE_WARNING;
    right.feedback.score = 5;
    right.unknown.name = GCT_LIT("cart");
}

static const struct gct_event *const all[] = {
    &right.message.head, &right.edit.head,     &right.unsend.head,  &right.reaction.head,
    &right.receipt.head, &right.referral.head, &right.consent.head, &right.handover.head,
    &right.notice.head,  &right.feedback.head, &right.linking.head, &right.unknown.head,
};

static enum gct_status check(const struct gct_event *event, const struct gct_event **out,
                             struct gct_error *err)
{
    return guard_event(event, GCT_LIT(RAW), arena, out, err);
}

static void each_kind_passes_and_is_a_copy(void **state)
{
    (void)state;
    make_right();
    assert_int_equal(GCT_COUNT(all), GCT_EVENT_COUNT - 1);
    for (size_t i = 0; i < GCT_COUNT(all); i++) {
        struct gct_error err = { GCT_OK, "" };
        const struct gct_event *out = NULL;
        if (check(all[i], &out, &err) != GCT_OK) {
            fail_msg("%s", err.text);
        }
        assert_int_equal(out->kind, i + 1u);
        assert_int_equal(out->size, all[i]->size);
        assert_ptr_not_equal(out->account.ptr, all[i]->account.ptr);
        assert_slice(out->customer, "7012");
    }
}

static void a_message_is_copied_in_depth(void **state)
{
    const struct gct_event *out = NULL;
    (void)state;
    make_right();
    assert_int_equal(check(&right.message.head, &out, NULL), GCT_OK);
    memset(&right, 0xee, sizeof right);
    const struct gct_event_message *message = (const void *)out;
    assert_slice(message->text, "caf\xc3\xa9\n");
    assert_int_equal(message->attachment_count, 2);
    assert_slice(message->attachments[1]->url, "https://cdn.example/a.jpg");
    assert_slice(message->context->ref, "spring");
}

/* Sizes one byte short are refused for each kind; longer ones are a newer plugin's. */
static void each_kind_needs_its_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(all); i++) {
        const struct gct_event *out = NULL;
        make_right();
        struct gct_event *event = (struct gct_event *)(uintptr_t)all[i];
        event->size++;
        assert_int_equal(check(event, &out, NULL), GCT_OK);
        event->size -= 2u;
        assert_int_equal(check(event, &out, NULL), GCT_PROTOCOL);
        assert_null(out);
    }
}

#define SPOIL(target, member, ...)                                                                           \
    {                                                                                                        \
#member, (const struct gct_event *)(const void *)&right.target, &right.target.member,                \
            sizeof right.target.member,                                                                      \
        {                                                                                                    \
            __VA_ARGS__                                                                                      \
        }                                                                                                    \
    }
#define NUMBER(n) .number = (n)
#define TEXT_OF(literal) .text = { GCT_TEXT(literal) }

static char long_id[GUARD_ID_BYTES + 2u];

static const struct {
    const char *member;
    const struct gct_event *event;
    void *at;
    size_t size;
    union {
        uint64_t number;
        struct gct_slice text;
    } value;
} spoilt[] = {
    SPOIL(message, head.account, TEXT_OF("")),
    SPOIL(message, head.account, TEXT_OF("999")),
    SPOIL(message, head.account, TEXT_OF("10485")),
    SPOIL(message, head.account, TEXT_OF("04857")),
    SPOIL(message, head.account, .text = { long_id, sizeof long_id - 1u }),
    SPOIL(message, head.customer, TEXT_OF("")),
    SPOIL(message, head.customer, TEXT_OF("a\0b")),
    SPOIL(message, head.customer, TEXT_OF("a\x7f")),
    SPOIL(message, head.customer, .text = { NULL, 4 }),
    SPOIL(message, head.key, TEXT_OF("")),
    SPOIL(message, head.at_ms, NUMBER(0)),
    SPOIL(message, head.at_ms, NUMBER(UINT64_MAX)),
    SPOIL(message, head.at_ms, NUMBER((uint64_t)GUARD_LATEST_MS + 1u)),
    SPOIL(message, head.window_ms, NUMBER(UINT64_MAX)),
    SPOIL(message, head.opener, TEXT_OF("a\nb")),
    SPOIL(message, author, NUMBER(0)),
    SPOIL(message, author, NUMBER(GCT_AUTHOR_COUNT)),
    SPOIL(message, attachment_count, NUMBER(GUARD_ATTACHMENTS + 1u)),
    SPOIL(message, attachments, NUMBER(0)),
    SPOIL(message, text, TEXT_OF("\xff")),
    SPOIL(message, text, TEXT_OF("a\0b")),
    SPOIL(message, remote_id, TEXT_OF("m\r1")),
    SPOIL(message, reply_to, TEXT_OF("\xc3")),
    SPOIL(edit, remote_id, TEXT_OF("")),
    SPOIL(edit, revision, NUMBER(UINT64_MAX)),
    SPOIL(unsend, remote_id, TEXT_OF("")),
    SPOIL(reaction, author, NUMBER(9)),
    SPOIL(reaction, removed, NUMBER(2)),
    SPOIL(reaction, emoji, TEXT_OF("")),
    SPOIL(receipt, state, NUMBER(3)),
    SPOIL(receipt, remote_id_count, NUMBER(GUARD_REMOTE_IDS + 1u)),
    SPOIL(receipt, remote_id_count, NUMBER(0)),
    SPOIL(receipt, remote_ids, NUMBER(0)),
    SPOIL(receipt, watermark_ms, NUMBER(UINT64_MAX)),
    SPOIL(referral, context, NUMBER(0)),
    SPOIL(consent, granted, NUMBER(2)),
    SPOIL(handover, state, NUMBER(0)),
    SPOIL(notice, state, NUMBER(0)),
    SPOIL(feedback, score, NUMBER(0)),
    SPOIL(feedback, score, NUMBER(6)),
    SPOIL(linking, linked, NUMBER(2)),
    SPOIL(unknown, name, TEXT_OF("")),
};

static void each_spoilt_member_is_refused_by_sentence(void **state)
{
    (void)state;
    memset(long_id, '1', sizeof long_id);
    for (size_t i = 0; i < GCT_COUNT(spoilt); i++) {
        struct gct_error err = { GCT_OK, "" };
        const struct gct_event *out = NULL;
        make_right();
        memcpy(spoilt[i].at, &spoilt[i].value, spoilt[i].size);
        enum gct_status st = check(spoilt[i].event, &out, &err);
        if (st != GCT_PROTOCOL || err.text[0] == '\0' || out != NULL) {
            fail_msg("case %zu: %s: status %d \"%s\"", i, spoilt[i].member, (int)st, err.text);
        }
    }
}

static void what_a_newer_plugin_knows_becomes_what_this_core_can_handle(void **state)
{
    const struct gct_event *out = NULL;
    (void)state;
    make_right();
    right.message.head.kind = 77;
    right.message.head.customer = GCT_EMPTY;
    assert_int_equal(check(&right.message.head, &out, NULL), GCT_OK);
    assert_int_equal(out->kind, GCT_EVENT_UNKNOWN);
    assert_int_equal(out->size, sizeof(struct gct_event_unknown));
    assert_slice(((const struct gct_event_unknown *)(const void *)out)->name, "event kind 77");
    make_right();
    right.attachment.kind = 99;
    right.message.head.flags = UINT32_MAX;
    assert_int_equal(check(&right.message.head, &out, NULL), GCT_OK);
    assert_int_equal(((const struct gct_event_message *)(const void *)out)->attachments[0]->kind,
                     GCT_ATTACHMENT_UNSUPPORTED);
    assert_int_equal(out->flags, 15);
    right.reaction.sentiment = 8;
    assert_int_equal(check(&right.reaction.head, &out, NULL), GCT_OK);
    assert_int_equal(((const struct gct_event_reaction *)(const void *)out)->sentiment, GCT_SENTIMENT_OTHER);
}

static void news_about_an_account_need_no_customer(void **state)
{
    const struct gct_event *out = NULL;
    (void)state;
    make_right();
    right.notice.head.customer = right.handover.head.customer = right.unknown.head.customer = GCT_EMPTY;
    assert_int_equal(check(&right.notice.head, &out, NULL), GCT_OK);
    assert_int_equal(check(&right.handover.head, &out, NULL), GCT_OK);
    assert_int_equal(check(&right.unknown.head, &out, NULL), GCT_OK);
}

static void a_text_at_the_limit_passes_and_one_beyond_does_not(void **state)
{
    const struct gct_event *out = NULL;
    char *text = gct_arena_alloc(arena, GUARD_TEXT_BYTES + 1u, 1);
    (void)state;
    make_right();
    memset(text, 'x', GUARD_TEXT_BYTES + 1u);
    right.message.text = (struct gct_slice){ text, GUARD_TEXT_BYTES };
    assert_int_equal(check(&right.message.head, &out, NULL), GCT_OK);
    right.message.text.len++;
    assert_int_equal(check(&right.message.head, &out, NULL), GCT_PROTOCOL);
}

static void a_spent_arena_is_a_limit_at_any_point(void **state)
{
    (void)state;
    make_right();
    for (size_t bytes = 0; bytes < 600u; bytes += 3u) {
        struct gct_arena *small = gct_arena_new(bytes);
        const struct gct_event *out = NULL;
        assert_int_equal(guard_event(&right.message.head, GCT_LIT(RAW), small, &out, NULL), GCT_LIMIT);
        gct_arena_free(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_passes_and_is_a_copy),
        cmocka_unit_test(a_message_is_copied_in_depth),
        cmocka_unit_test(each_kind_needs_its_size),
        cmocka_unit_test(each_spoilt_member_is_refused_by_sentence),
        cmocka_unit_test(what_a_newer_plugin_knows_becomes_what_this_core_can_handle),
        cmocka_unit_test(news_about_an_account_need_no_customer),
        cmocka_unit_test(a_text_at_the_limit_passes_and_one_beyond_does_not),
        cmocka_unit_test(a_spent_arena_is_a_limit_at_any_point),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
