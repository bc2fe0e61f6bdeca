#include "messenger/rules.c"

#include <stdbool.h>
#include <string.h>

#include "plugins/cmocka_alone.h"

static const struct gct_rule *rule(uint32_t key)
{
    const struct gct_rule *found = NULL;

    for (size_t i = 0; i < messenger_rules.rule_count; i++) {
        if (messenger_rules.rules[i]->key == key)
            found = messenger_rules.rules[i];
    }
    return found;
}

/* A page of the platform, or the admission that there is none. */
static bool is_source(const char *text)
{
    return strncmp(text, "https://developers.facebook.com/", 32) == 0 || strstr(text, "the platform") != NULL;
}

static void what_no_page_says_cites_none(void **state)
{
    (void)state;
    assert_memory_not_equal(rule(GCT_RULE_UNSEND_IN)->source, "https:", 6);
    assert_memory_not_equal(rule(GCT_RULE_ATTACHMENTS)->source, "https:", 6);
    for (size_t i = 0; i < messenger_rules.attachment_count; i++) {
        const struct gct_rule_attachment *one = messenger_rules.attachments[i];

        assert_true(is_source(one->source));
        assert_int_equal(strncmp(one->source, "https:", 6) == 0, one->kind != GCT_ATTACHMENT_LOCATION);
    }
}

static void each_rule_stands_once_with_date_and_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < messenger_rules.rule_count; i++) {
        const struct gct_rule *one = messenger_rules.rules[i];

        assert_true(one->key > 0 && one->key < GCT_RULE_COUNT);
        assert_ptr_equal(rule(one->key), one);
        assert_true(one->value > 0);
        assert_memory_equal(one->since, "202", 3);
        assert_true(is_source(one->source));
    }
}

static void windows_are_a_day_and_a_week(void **state)
{
    (void)state;
    assert_int_equal(rule(GCT_RULE_WINDOW)->value, 86400000);
    assert_int_equal(rule(GCT_RULE_HUMAN_WINDOW)->value, 604800000);
    assert_int_equal(rule(GCT_RULE_TEXT_LIMIT)->value, 2000);
    assert_null(rule(GCT_RULE_REACTIONS_OUT));
    assert_null(rule(GCT_RULE_TEMPLATES));
}

static void what_can_be_sent_is_an_image_a_video_audio_or_a_file(void **state)
{
    uint32_t sent = 0;
    uint32_t seen = 0;

    (void)state;
    for (size_t i = 0; i < messenger_rules.attachment_count; i++) {
        const struct gct_rule_attachment *one = messenger_rules.attachments[i];

        assert_int_equal(seen & 1u << one->kind, 0);
        assert_int_equal(one->inbound, 1);
        assert_true(one->outbound == 0 || one->max_bytes > 0);
        seen |= 1u << one->kind;
        sent |= one->outbound << one->kind;
    }
    assert_int_equal(sent, 1u << GCT_ATTACHMENT_IMAGE | 1u << GCT_ATTACHMENT_VIDEO |
                               1u << GCT_ATTACHMENT_AUDIO | 1u << GCT_ATTACHMENT_FILE);
}

static void engagement_kinds_are_known_and_stand_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < messenger_rules.engagement_count; i++) {
        assert_true(messenger_rules.engagement[i] < GCT_ENGAGEMENT_COUNT);
        assert_true(i == 0 || messenger_rules.engagement[i] > messenger_rules.engagement[i - 1]);
    }
}

/* What the core writes about blocked customers and about threads that change hands comes from this plugin's
 * verdicts and events. */
static void what_the_log_gets_of_messenger_is_in_the_list(void **state)
{
    static const uint32_t wanted[] = { GCT_ENGAGEMENT_CONTACT_BLOCKED, GCT_ENGAGEMENT_CONTACT_UNBLOCKED,
                                       GCT_ENGAGEMENT_HANDOVER_TO_AUTOMATION,
                                       GCT_ENGAGEMENT_HANDOVER_TO_HUMAN };
    (void)state;
    for (size_t w = 0; w < sizeof wanted / sizeof wanted[0]; w++) {
        int found = 0;
        for (size_t i = 0; i < messenger_rules.engagement_count; i++) {
            found |= messenger_rules.engagement[i] == wanted[w];
        }
        assert_true(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_page_says_cites_none),
        cmocka_unit_test(each_rule_stands_once_with_date_and_page),
        cmocka_unit_test(windows_are_a_day_and_a_week),
        cmocka_unit_test(what_can_be_sent_is_an_image_a_video_audio_or_a_file),
        cmocka_unit_test(engagement_kinds_are_known_and_stand_once),
        cmocka_unit_test(what_the_log_gets_of_messenger_is_in_the_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
