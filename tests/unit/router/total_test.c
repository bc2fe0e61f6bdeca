#include "router/ingest/total.c"

#include <stdlib.h>
#include <unistd.h>

#include "cmocka_all.h"

static const struct gct_hook HOOK = { .channel = { GCT_TEXT("maple") } };

/* What the log got from all that was counted, with what was left out. */
static const char *log_of(struct gct_ingest_totals *totals, const struct gct_translation *translation,
                          const struct gct_ingest_counts *counts, int times)
{
    static char text[8192];
    char path[] = "/tmp/guichet-total-XXXXXX";
    int fd = mkstemp(path), old = dup(STDERR_FILENO);
    assert_true(fd >= 0 && old >= 0);
    assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    for (int i = 0; i < times; i++) {
        gct_ingest_total(totals, &HOOK, translation, counts);
    }
    gct_log_tell_left_out(INT64_MAX);
    assert_int_equal(dup2(old, STDERR_FILENO), STDERR_FILENO);
    ssize_t len = pread(fd, text, sizeof text - 1u, 0);
    assert_true(len >= 0);
    text[len] = '\0';
    assert_int_equal(close(fd) | close(old) | unlink(path), 0);
    return text;
}

static void each_reason_has_its_word(void **state)
{
    (void)state;
    assert_null(gct_quarantine_word(GCT_QUARANTINE_NONE));
    assert_null(gct_quarantine_word(GCT_QUARANTINE_COUNT));
    assert_string_equal(gct_quarantine_word(GCT_QUARANTINE_INVALID), "invalid");
    assert_string_equal(gct_quarantine_word(GCT_QUARANTINE_UNKNOWN_CHANNEL), "unknown_channel");
}

static void a_test_button_is_counted_and_told(void **state)
{
    struct gct_ingest_totals totals = { 0 };
    const struct gct_translation translation = { .status = GCT_OK };
    const struct gct_ingest_counts counts = { .tests = 2, .publics = 3, .ignored = 4, .unkept = 1 };
    (void)state;
    const char *text = log_of(&totals, &translation, &counts, 1);
    assert_non_null(strstr(text, " level=info event=hook.test channel=maple events=2\n"));
    assert_int_equal(totals.tests, 2);
    assert_int_equal(totals.publics, 3);
    assert_int_equal(totals.ignored, 4);
    assert_int_equal(totals.unkept, 1);
}

static void a_kind_that_nobody_knows_is_told_once_a_day_and_without_its_content(void **state)
{
    struct gct_ingest_totals totals = { 0 };
    struct gct_event_unknown unknown = { .head = { .size = sizeof unknown, .kind = GCT_EVENT_UNKNOWN },
                                         .name = GCT_LIT("messaging_novelty"),
                                         .raw = GCT_LIT("{\"text\":\"private\"}") };
    const struct gct_event *events[] = { &unknown.head };
    const struct gct_translation translation = {
        .status = GCT_UNSUPPORTED, .reason = GCT_LIT("a private sentence"), .events = events, .event_count = 1
    };
    const struct gct_ingest_counts counts = { .quarantined = GCT_QUARANTINE_UNSUPPORTED };
    (void)state;
    const char *text = log_of(&totals, &translation, &counts, 5);
    const char *line =
        " level=warn event=hook.quarantined channel=maple reason=unsupported kind=messaging_novelty\n";
    const char *first = strstr(text, line);
    assert_non_null(first);
    assert_null(strstr(first + 1, line));
    assert_non_null(strstr(text, "subject=\"unsupported maple messaging_novelty\" lines=4\n"));
    assert_null(strstr(text, "private"));
    assert_int_equal(totals.quarantined[GCT_QUARANTINE_UNSUPPORTED], 5);
    unknown.name = GCT_LIT("another");
    assert_non_null(strstr(log_of(&totals, &translation, &counts, 1), "kind=another\n"));
}

static void a_hook_that_was_understood_is_not_told(void **state)
{
    struct gct_ingest_totals totals = { 0 };
    const struct gct_translation translation = { .status = GCT_OK };
    const struct gct_ingest_counts counts = { .messages = 1 };
    (void)state;
    assert_string_equal(log_of(&totals, &translation, &counts, 3), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_has_its_word),
        cmocka_unit_test(a_test_button_is_counted_and_told),
        cmocka_unit_test(a_kind_that_nobody_knows_is_told_once_a_day_and_without_its_content),
        cmocka_unit_test(a_hook_that_was_understood_is_not_told),
    };
    return cmocka_run_group_tests_name("router/total", tests, NULL, NULL);
}
