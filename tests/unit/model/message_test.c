#include "model/message.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/slice.h"

static void what_the_platform_took_never_fails_afterwards(void **state)
{
    (void)state;
    assert_int_equal(gct_delivery_merge(GCT_DELIVERY_SENT, GCT_DELIVERY_FAILED), GCT_DELIVERY_SENT);
    assert_int_equal(gct_delivery_merge(GCT_DELIVERY_READ, GCT_DELIVERY_FAILED), GCT_DELIVERY_READ);
}

static void a_proof_of_sending_turns_failed_into_sent(void **state)
{
    (void)state;
    assert_int_equal(gct_delivery_merge(GCT_DELIVERY_FAILED, GCT_DELIVERY_SENT), GCT_DELIVERY_SENT);
    assert_int_equal(gct_delivery_merge(GCT_DELIVERY_FAILED, GCT_DELIVERY_READ), GCT_DELIVERY_READ);
    assert_int_equal(gct_delivery_merge(GCT_DELIVERY_FAILED, GCT_DELIVERY_SENDING), GCT_DELIVERY_FAILED);
}

/* Platform news (sent, delivered, read, failed) end the same in any order. */
static void news_joined_in_any_order_give_the_same_state(void **state)
{
    (void)state;
    for (int from = 0; from < GCT_DELIVERY_COUNT; from++) {
        for (int a = GCT_DELIVERY_SENT; a < GCT_DELIVERY_COUNT; a++) {
            for (int b = GCT_DELIVERY_SENT; b < GCT_DELIVERY_COUNT; b++) {
                enum gct_delivery one = gct_delivery_merge(
                    gct_delivery_merge((enum gct_delivery)from, (enum gct_delivery)a), (enum gct_delivery)b);
                enum gct_delivery two = gct_delivery_merge(
                    gct_delivery_merge((enum gct_delivery)from, (enum gct_delivery)b), (enum gct_delivery)a);
                assert_int_equal(one, two);
            }
        }
    }
}

static void the_same_news_twice_change_nothing(void **state)
{
    (void)state;
    for (int from = 0; from < GCT_DELIVERY_COUNT; from++) {
        for (int a = 0; a < GCT_DELIVERY_COUNT; a++) {
            enum gct_delivery once = gct_delivery_merge((enum gct_delivery)from, (enum gct_delivery)a);
            assert_int_equal(gct_delivery_merge(once, (enum gct_delivery)a), once);
        }
    }
}

static void names_are_those_of_the_api(void **state)
{
    (void)state;
    assert_string_equal(gct_delivery_name(GCT_DELIVERY_QUEUED), "queued");
    assert_string_equal(gct_author_name(GCT_AUTHOR_EXTERNAL), "external");
    assert_string_equal(gct_attachment_kind_name(GCT_ATTACHMENT_STORY_REPLY), "story_reply");
    assert_string_equal(gct_attachment_kind_name(999), "unsupported");
    assert_string_equal(gct_message_kind_name(GCT_KIND_SYSTEM), "system");
    assert_string_equal(gct_direction_name(GCT_DIRECTION_OUT), "out");
    assert_string_equal(gct_media_state_name(GCT_MEDIA_EXPIRED), "expired");
    assert_string_equal(gct_context_kind_name(GCT_CONTEXT_QUICK_REPLY), "quick_reply");
    enum gct_attachment_kind kind;
    assert_int_equal(gct_attachment_kind_read(GCT_LIT("video"), &kind), GCT_OK);
    assert_int_equal(kind, GCT_ATTACHMENT_VIDEO);
    assert_int_equal(gct_attachment_kind_read(GCT_LIT("film"), &kind), GCT_NOT_FOUND);
}

static void numbers_are_those_that_the_schema_relies_on(void **state)
{
    (void)state;
    assert_int_equal(GCT_DIRECTION_OUT, 1); /* message_undelivered … direction = 1 */
    assert_int_equal(GCT_DELIVERY_SENT, 2); /* … delivery IN (2, 3) */
    assert_int_equal(GCT_DELIVERY_DELIVERED, 3);
    assert_int_equal(GCT_OUTBOX_WAITING, 2); /* outbox_waiting … state = 2 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_platform_took_never_fails_afterwards),
        cmocka_unit_test(a_proof_of_sending_turns_failed_into_sent),
        cmocka_unit_test(news_joined_in_any_order_give_the_same_state),
        cmocka_unit_test(the_same_news_twice_change_nothing),
        cmocka_unit_test(names_are_those_of_the_api),
        cmocka_unit_test(numbers_are_those_that_the_schema_relies_on),
    };
    return cmocka_run_group_tests_name("model/message", tests, NULL, NULL);
}
