#include "plugin/load/value.c"

#include <string.h>

#include "cmocka_all.h"

static const struct gct_slice choices[] = { { GCT_TEXT("slow") }, { GCT_TEXT("fast") } };

static const struct {
    enum gct_option_type type;
    const char *value;
    const char *sentence; /* NULL: it fits */
    int64_t number;
} cases[] = {
    { GCT_OPTION_TEXT, "", NULL, 0 },
    { GCT_OPTION_TEXT, "Maple Outdoors", NULL, 0 },
    { GCT_OPTION_TEXT, "a\nb", "o must be one line of UTF-8 of at most 4096 bytes", 0 },
    { GCT_OPTION_TEXT, "caf\xe9", "o must be one line of UTF-8", 0 },
    { GCT_OPTION_NUMBER, "5", NULL, 5 },
    { GCT_OPTION_NUMBER, "-2", NULL, -2 },
    { GCT_OPTION_NUMBER, "11", "o must be between -2 and 10, not 11", 0 },
    { GCT_OPTION_NUMBER, "1.5", "o must be a whole number, not \"1.5\"", 0 },
    { GCT_OPTION_NUMBER, "", "o must be a whole number, not \"\"", 0 },
    { GCT_OPTION_FLAG, "true", NULL, 1 },
    { GCT_OPTION_FLAG, "on", NULL, 1 },
    { GCT_OPTION_FLAG, "no", NULL, 0 },
    { GCT_OPTION_FLAG, "maybe", "o must be true or false, not \"maybe\"", 0 },
    { GCT_OPTION_CHOICE, "fast", NULL, 0 },
    { GCT_OPTION_CHOICE, "Fast", "o must be one of: slow fast; not \"Fast\"", 0 },
    { GCT_OPTION_URL, "https://graph.example", NULL, 0 },
    { GCT_OPTION_URL, "http://127.0.0.1:8081/x", NULL, 0 },
    { GCT_OPTION_URL, "ftp://graph.example", "o must be an address that begins with https:// or http://", 0 },
    { GCT_OPTION_URL, "https://", "o must be an address", 0 },
    { GCT_OPTION_URL, "https://a b", "o must be an address", 0 },
    { GCT_OPTION_SECRET, "x", NULL, 0 },
    { GCT_OPTION_SECRET, "", "o is empty", 0 },
    { GCT_OPTION_SECRET_LIST, "", "o is empty", 0 },
};

static void a_value_fits_its_option_or_is_refused_by_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        const struct gct_manifest_option option = { .name = GCT_LIT("o"),
                                                    .type = cases[i].type,
                                                    .min = -2,
                                                    .max = 10,
                                                    .choices = choices,
                                                    .choice_count = 2 };
        struct gct_error err = { GCT_OK, "" };
        int64_t number = -1;
        enum gct_status st = gct_manifest_value(&option, gct_slice_of(cases[i].value), &number, &err);
        assert_int_equal(st, cases[i].sentence == NULL ? GCT_OK : GCT_INVALID);
        if (cases[i].sentence == NULL) {
            assert_int_equal(number, cases[i].number);
        } else if (strstr(err.text, cases[i].sentence) == NULL) {
            fail_msg("\"%s\", expected \"%s\"", err.text, cases[i].sentence);
        }
    }
}

static void a_secret_is_never_in_a_sentence(void **state)
{
    const struct gct_manifest_option option = { .name = GCT_LIT("o"), .type = GCT_OPTION_SECRET };
    struct gct_error err = { GCT_OK, "" };
    int64_t number = 0;
    (void)state;
    assert_int_equal(gct_manifest_value(&option, GCT_LIT("hunter2\n"), &number, &err), GCT_INVALID);
    assert_null(strstr(err.text, "hunter2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_fits_its_option_or_is_refused_by_sentence),
        cmocka_unit_test(a_secret_is_never_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
