#include "kit/text.c"

#include <stdalign.h>

#include "plugins/cmocka_alone.h"

/* A call with memory and nothing else. */
struct memory {
    struct gct_call call;
    alignas(max_align_t) unsigned char bytes[1u << 16];
    size_t used;
    size_t limit;
};

static void *take(const struct gct_call *call, size_t bytes, size_t align)
{
    struct memory *memory = call->self;
    size_t at = (memory->used + align - 1) / align * align;

    if (at + bytes > memory->limit)
        return NULL;
    memory->used = at + bytes;
    return memory->bytes + at;
}

static void hear(const struct gct_call *call, struct gct_slice reason)
{
    (void)call;
    assert_true(reason.len > 0);
}

static struct gct_kit kit_with(struct memory *memory, size_t limit)
{
    memset(memory, 0, sizeof(*memory));
    memory->limit = limit;
    memory->call =
        (struct gct_call){ .size = sizeof(memory->call), .self = memory, .alloc = take, .explain = hear };
    return gct_kit_begin(&memory->call, NULL);
}

static struct gct_slice of(const char *text)
{
    return (struct gct_slice){ text, strlen(text) };
}

static const char mixed[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"; /* a é € 😀 z */

static void length_counts_as_each_platform_does(void **state)
{
    (void)state;
    assert_int_equal(gct_kit_length(of(mixed), GCT_UNIT_BYTES), 11);
    assert_int_equal(gct_kit_length(of(mixed), GCT_UNIT_CODE_POINTS), 5);
    assert_int_equal(gct_kit_length(of(mixed), GCT_UNIT_UTF16), 6);
    assert_int_equal(gct_kit_length(of(""), GCT_UNIT_UTF16), 0);
}

static void integers_are_exact_at_both_ends(void **state)
{
    static const int64_t numbers[] = { 0, 1, -1, 9007199254740993, INT64_MAX, INT64_MIN };
    struct memory memory;
    struct gct_kit kit = kit_with(&memory, sizeof(memory.bytes));

    (void)state;
    for (size_t i = 0; i < GCT_KIT_ELEMENTS(numbers); i++) {
        int64_t back = 7;
        struct gct_slice text = gct_kit_integer_text(&kit, numbers[i]);

        assert_true(gct_kit_parse_integer(text, &back));
        assert_int_equal(back, numbers[i]);
    }
    assert_true(gct_kit_is(gct_kit_integer_text(&kit, INT64_MIN), "-9223372036854775808"));
}

static void what_is_no_integer_is_refused_and_changes_nothing(void **state)
{
    static const char *const texts[] = { "",
                                         "-",
                                         "+1",
                                         " 1",
                                         "1 ",
                                         "1.0",
                                         "1e3",
                                         "--1",
                                         "0x1",
                                         "9223372036854775808",
                                         "-9223372036854775809",
                                         "99999999999999999999999" };

    (void)state;
    for (size_t i = 0; i < GCT_KIT_ELEMENTS(texts); i++) {
        int64_t number = 42;

        assert_false(gct_kit_parse_integer(of(texts[i]), &number));
        assert_int_equal(number, 42);
    }
}

static void names_compare_without_case_and_texts_with_it(void **state)
{
    (void)state;
    assert_true(gct_kit_is_name(of("x-app-usage"), "X-App-Usage"));
    assert_false(gct_kit_is_name(of("x-app-usag"), "X-App-Usage"));
    assert_false(gct_kit_is(of("ads"), "ADS"));
    assert_true(gct_kit_begins(of("https://x"), "https://"));
    assert_false(gct_kit_begins(of("http"), "https://"));
}

static void a_key_keeps_its_parts_apart(void **state)
{
    struct memory memory;
    struct gct_kit kit = kit_with(&memory, sizeof(memory.bytes));

    (void)state;
    assert_true(gct_kit_is(GCT_KIT_KEY(&kit, of("m_1"), of(""), of("echo")), "m_1::echo"));
}

static void a_key_that_no_id_could_be_becomes_a_digest(void **state)
{
    static char longest[600];
    struct memory memory;
    struct gct_kit kit = kit_with(&memory, sizeof(memory.bytes));
    struct gct_slice one;
    struct gct_slice two;

    (void)state;
    memset(longest, 'a', sizeof(longest));
    one = GCT_KIT_KEY(&kit, (struct gct_slice){ longest, sizeof(longest) });
    two = GCT_KIT_KEY(&kit, (struct gct_slice){ longest, sizeof(longest) - 1 });
    assert_int_equal(one.len, 16);
    assert_false(gct_kit_equal(one, two));
    assert_int_equal(GCT_KIT_KEY(&kit, of("two\nlines")).len, 16);
    assert_int_equal(GCT_KIT_KEY(&kit, (struct gct_slice){ longest, 512 }).len, 512);
}

static void spent_memory_sticks_and_gives_empty_text(void **state)
{
    struct memory memory;
    struct gct_kit kit = kit_with(&memory, 32);

    (void)state;
    assert_int_equal(gct_kit_integer_text(&kit, 12345).len, 5);
    assert_int_equal(kit.status, GCT_OK);
    assert_int_equal(gct_kit_integer_text(&kit, 12345).len, 0);
    assert_int_equal(kit.status, GCT_LIMIT);
    memory.limit = sizeof(memory.bytes);
    assert_int_equal(GCT_KIT_KEY(&kit, of("a"), of("b")).len, 0);
    gct_kit_fail(&kit, GCT_INVALID, of("a second failure"));
    assert_int_equal(kit.status, GCT_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_counts_as_each_platform_does),
        cmocka_unit_test(integers_are_exact_at_both_ends),
        cmocka_unit_test(what_is_no_integer_is_refused_and_changes_nothing),
        cmocka_unit_test(names_compare_without_case_and_texts_with_it),
        cmocka_unit_test(a_key_keeps_its_parts_apart),
        cmocka_unit_test(a_key_that_no_id_could_be_becomes_a_digest),
        cmocka_unit_test(spent_memory_sticks_and_gives_empty_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
