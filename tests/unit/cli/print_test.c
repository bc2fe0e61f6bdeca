#include "cli/print.c"

#include <string.h>

#include "cmocka_all.h"

static struct gct_json *json(const char *text)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *value = gct_json_parse(gct_slice_of(text), &err);
    assert_non_null(value);
    return value;
}

static void columns_are_aligned_by_characters(void **state)
{
    struct gct_buffer out = { 0 };
    struct gct_json *items = json("[{\"id\":\"1\",\"name\":\"Zo\xc3\xab\",\"at\":null,\"last_one\":true},"
                                  "{\"id\":\"12\",\"name\":\"Bob\",\"at\":7,\"last_one\":false}]");
    (void)state;
    cli_print_table(items, "id name at last_one", &out);
    assert_slice(gct_buffer_slice(&out), "ID  NAME  AT  LAST ONE\n"
                                         "1   Zo\xc3\xab   -   yes\n"
                                         "12  Bob   7   no\n");
    gct_buffer_free(&out);
    gct_json_free(&items);
}

static void lists_in_a_cell_are_joined(void **state)
{
    struct gct_buffer out = { 0 };
    struct gct_json *items =
        json("[{\"a\":[{\"name\":\"x\"},{\"name\":\"y\"}],\"b\":[\"p\",\"q\"],\"c\":[[\"k\",\"v\"]],"
             "\"d\":[],\"e\":{}}]");
    (void)state;
    cli_print_table(items, "a b c d e f", &out);
    assert_slice(gct_buffer_slice(&out), "A     B     C     D  E  F\nx, y  p, q  k: v     -  -\n");
    gct_buffer_free(&out);
    gct_json_free(&items);
}

static void an_empty_list_has_its_headings(void **state)
{
    struct gct_buffer out = { 0 };
    struct gct_json *items = json("[]");
    (void)state;
    cli_print_table(items, "id name", &out);
    assert_slice(gct_buffer_slice(&out), "ID  NAME\n");
    gct_buffer_free(&out);
    gct_json_free(&items);
}

static void nothing_that_was_written_moves_the_terminal(void **state)
{
    static const char hostile[] = "a\x1b[2J\r\n\t\x7f\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf z";
    struct gct_buffer out = { 0 };
    (void)state;
    cli_print_text(gct_slice_of(hostile), 0, &out);
    assert_slice(gct_buffer_slice(&out),
                 "a\\u001b[2J\\u000d\\u000a\\u0009\\u007f\\u009b\\u202e\\u2066\\ufeff z");
    gct_buffer_free(&out);
    cli_print_text(gct_slice_of("a\n\tb\x1b"), 1, &out);
    assert_slice(gct_buffer_slice(&out), "a\n\tb\\u001b");
    gct_buffer_free(&out);
    cli_print_text(gct_slice_of("\xf0\x9f\x99\x82"), 0, &out);
    assert_slice(gct_buffer_slice(&out), "\xf0\x9f\x99\x82");
    gct_buffer_free(&out);
    cli_print_text(gct_slice_of("\xf0\x9f"), 0, &out);
    assert_slice(gct_buffer_slice(&out), "?");
    gct_buffer_free(&out);
}

static void one_thing_ends_with_its_body(void **state)
{
    struct gct_buffer out = { 0 };
    struct gct_json *item =
        json("{\"id\":\"3\",\"body\":\"{\\n}\",\"headers\":[[\"A\",\"1\"],[\"B\",\"2\\n\"]]}");
    (void)state;
    cli_print_item(item, &out);
    assert_slice(gct_buffer_slice(&out), "id: 3\nheaders: A: 1, B: 2\\u000a\n\n{\n}\n");
    gct_buffer_free(&out);
    gct_json_free(&item);
}

static void json_is_one_line(void **state)
{
    struct gct_buffer out = { 0 };
    struct gct_json *items = json("[{\"id\":\"1\"}]");
    (void)state;
    cli_print_json(items, &out);
    assert_slice(gct_buffer_slice(&out), "{\"items\":[{\"id\":\"1\"}]}\n");
    gct_buffer_free(&out);
    gct_json_free(&items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_by_characters),
        cmocka_unit_test(lists_in_a_cell_are_joined),
        cmocka_unit_test(an_empty_list_has_its_headings),
        cmocka_unit_test(nothing_that_was_written_moves_the_terminal),
        cmocka_unit_test(one_thing_ends_with_its_body),
        cmocka_unit_test(json_is_one_line),
    };
    return cmocka_run_group_tests_name("cli/print", tests, NULL, NULL);
}
