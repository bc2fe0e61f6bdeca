#include "plugin/host/json.c"

#include "cmocka_all.h"

static struct plugin_host host;
static struct plugin_call call;
static struct gct_arena *memory;
static struct gct_arena *values;
static const struct gct_ext_json *const json = &plugin_host_json;

static int begin(void **state)
{
    (void)state;
    memory = gct_arena_new((size_t)4 << 20);
    values = gct_arena_new(PLUGIN_JSON_BYTES);
    plugin_host_init(&host, GCT_LIT("desk"), GCT_LIT("card"));
    plugin_call_begin(&call, &host, memory, values, NULL, 1, 2);
    return 0;
}

static int end(void **state)
{
    (void)state;
    plugin_call_end(&call);
    gct_arena_free(&memory);
    gct_arena_free(&values);
    return 0;
}

static const struct gct_json_value *parse(const char *text)
{
    return json->parse(&call.base, gct_slice_of(text));
}

static void a_document_is_read_by_type(void **state)
{
    struct gct_slice name = GCT_EMPTY;
    (void)state;
    const struct gct_json_value *root =
        parse("{\"b\":[1,null,true,2.75,\"x\"],\"a\":{},\"n\":-9007199254740993}");
    const struct gct_json_value *list = json->get(root, "b");
    assert_int_equal(json->type(root), GCT_JSON_OBJECT);
    assert_int_equal(json->count(root), 3);
    assert_int_equal(json->count(list), 5);
    assert_int_equal(json->integer(json->at(list, 0), 9), 1);
    assert_int_equal(json->type(json->at(list, 1)), GCT_JSON_NULL);
    assert_int_equal(json->boolean(json->at(list, 2)), 1);
    assert_int_equal(json->integer(json->at(list, 3), 9), 2);
    assert_slice(json->string(json->at(list, 4)), "x");
    assert_null(json->at(list, 5));
    assert_true(json->integer(json->get(root, "n"), 0) == INT64_C(-9007199254740993));
    assert_ptr_equal(json->member(root, 1, &name), json->get(root, "a"));
    assert_slice(name, "a");
    assert_null(json->member(root, 3, &name));
}

static void nothing_and_other_types_give_the_empty_answer(void **state)
{
    (void)state;
    const struct gct_json_value *text = parse("\"x\"");
    assert_int_equal(json->type(NULL), GCT_JSON_NONE);
    assert_null(json->get(json->get(json->at(NULL, 0), "a"), "b"));
    assert_null(json->get(text, "a"));
    assert_null(json->at(text, 0));
    assert_int_equal(json->integer(text, 7), 7);
    assert_int_equal(json->number(text, 10, 7), 7);
    assert_int_equal(json->boolean(text), 0);
    assert_slice(json->string(NULL), "");
    assert_slice(json->id(&call.base, NULL), "");
    assert_slice(json->write(&call.base, NULL), "");
}

static void what_is_no_document_gives_nothing(void **state)
{
    static const char *const texts[] = {
        "", "{", "{\"a\":1,\"a\":2}", "[1]x", "nul", "{\"a\":1e999}", "[099999999999999999999]"
    };
    char deep[200];
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(texts); i++) {
        assert_null(parse(texts[i]));
    }
    for (size_t depth = GCT_JSON_DEPTH; depth <= GCT_JSON_DEPTH + 1u; depth++) {
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        const struct gct_json_value *value = json->parse(&call.base, (struct gct_slice){ deep, 2u * depth });
        assert_int_equal(value != NULL, depth == GCT_JSON_DEPTH);
    }
    assert_null(json->parse(&call.base, (struct gct_slice){ NULL, 3 }));
}

static void ids_keep_every_digit(void **state)
{
    (void)state;
    const struct gct_json_value *root = parse("[9223372036854775807,\"00171\",1.5,true,-3]");
    assert_slice(json->id(&call.base, json->at(root, 0)), "9223372036854775807");
    assert_slice(json->id(&call.base, json->at(root, 1)), "00171");
    assert_slice(json->id(&call.base, json->at(root, 2)), "");
    assert_slice(json->id(&call.base, json->at(root, 3)), "");
    assert_slice(json->id(&call.base, json->at(root, 4)), "-3");
}

static void numbers_are_scaled_and_rounded_half_away_from_zero(void **state)
{
    (void)state;
    const struct gct_json_value *root =
        parse("[48.8583701,-2.2944813,0.5,-0.5,12,1e300,9223372036854775807]");
    assert_int_equal(json->number(json->at(root, 0), 10000000, 0), 488583701);
    assert_int_equal(json->number(json->at(root, 1), 10000000, 0), -22944813);
    assert_int_equal(json->number(json->at(root, 2), 1, 9), 1);
    assert_int_equal(json->number(json->at(root, 3), 1, 9), -1);
    assert_int_equal(json->number(json->at(root, 4), 100, 9), 1200);
    assert_int_equal(json->number(json->at(root, 5), 10, 9), 9);
    assert_int_equal(json->number(json->at(root, 6), 10, 9), 9);
    assert_int_equal(json->integer(json->at(root, 5), 9), 9);
}

static void what_is_built_is_written_in_order(void **state)
{
    (void)state;
    struct gct_json_value *root = json->new_object(&call.base);
    struct gct_json_value *list = json->new_array(&call.base);
    struct gct_json_value *inner = json->new_object(&call.base);
    assert_int_equal(json->set(root, "z", json->new_string(&call.base, GCT_LIT("a\"\n\xc3\xa9"))), GCT_OK);
    assert_int_equal(json->set(root, "a", list), GCT_OK);
    assert_int_equal(json->append(list, json->new_integer(&call.base, INT64_MIN)), GCT_OK);
    assert_int_equal(json->append(list, inner), GCT_OK);
    assert_int_equal(json->set(inner, "t", json->new_boolean(&call.base, 7)), GCT_OK);
    assert_int_equal(json->set(root, "z", json->new_integer(&call.base, 1)), GCT_OK);
    assert_int_equal(json->set(root, "n", NULL), GCT_OK);
    assert_slice(json->write(&call.base, root), "{\"z\":1,\"a\":[-9223372036854775808,{\"t\":true}]}");
    assert_int_equal(json->count(root), 2);
    assert_slice(json->write(&call.base, parse(" { \"b\" : [ 1 , null ] , \"a\" : \"x\" } ")),
                 "{\"b\":[1,null],\"a\":\"x\"}");
}

static void a_value_has_one_place_and_no_circle(void **state)
{
    (void)state;
    struct gct_json_value *a = json->new_object(&call.base);
    struct gct_json_value *b = json->new_array(&call.base);
    struct gct_json_value *value = json->new_integer(&call.base, 1);
    assert_int_equal(json->set(a, "a", a), GCT_INVALID);
    assert_int_equal(json->set(a, "b", b), GCT_OK);
    assert_int_equal(json->append(b, a), GCT_INVALID);
    assert_int_equal(json->append(b, value), GCT_OK);
    assert_int_equal(json->append(b, value), GCT_INVALID);
    assert_int_equal(json->set(b, "x", json->new_object(&call.base)), GCT_INVALID);
    assert_int_equal(json->append(a, json->new_object(&call.base)), GCT_INVALID);
    assert_int_equal(json->append(b, NULL), GCT_INVALID);
    assert_int_equal(json->set(a, "\xff", json->new_object(&call.base)), GCT_INVALID);
    assert_int_equal(json->set(a, NULL, json->new_object(&call.base)), GCT_INVALID);
    assert_null(json->new_string(&call.base, GCT_LIT("\xff")));
    struct gct_json_value *parsed = (struct gct_json_value *)(uintptr_t)parse("{}");
    assert_int_equal(json->set(parsed, "x", json->new_object(&call.base)), GCT_INVALID);
}

static void no_tree_grows_deeper_than_a_document_may_be(void **state)
{
    struct gct_json_value *top = json->new_array(&call.base);
    struct gct_json_value *bottom = top;
    uint32_t st = GCT_OK;
    size_t depth = 1;
    (void)state;
    while (st == GCT_OK) {
        struct gct_json_value *next = json->new_array(&call.base);
        st = json->append(bottom, next);
        bottom = next;
        depth += st == GCT_OK;
    }
    assert_int_equal(st, GCT_LIMIT);
    assert_int_equal(depth, GCT_JSON_DEPTH);
    struct gct_json_value *above = json->new_array(&call.base);
    assert_int_equal(json->append(above, top), GCT_LIMIT);
}

static void a_spent_budget_gives_nothing(void **state)
{
    struct gct_arena *small = gct_arena_new(200);
    (void)state;
    plugin_call_begin(&call, &host, small, small, NULL, 1, 2);
    assert_null(parse("[1,2,3,4,5,6]"));
    assert_null(json->new_string(
        &call.base, GCT_LIT("0123456789012345678901234567890123456789012345678901234567890123456789")));
    plugin_call_begin(&call, &host, memory, values, NULL, 1, 2);
    gct_arena_free(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_document_is_read_by_type, begin, end),
        cmocka_unit_test_setup_teardown(nothing_and_other_types_give_the_empty_answer, begin, end),
        cmocka_unit_test_setup_teardown(what_is_no_document_gives_nothing, begin, end),
        cmocka_unit_test_setup_teardown(ids_keep_every_digit, begin, end),
        cmocka_unit_test_setup_teardown(numbers_are_scaled_and_rounded_half_away_from_zero, begin, end),
        cmocka_unit_test_setup_teardown(what_is_built_is_written_in_order, begin, end),
        cmocka_unit_test_setup_teardown(a_value_has_one_place_and_no_circle, begin, end),
        cmocka_unit_test_setup_teardown(no_tree_grows_deeper_than_a_document_may_be, begin, end),
        cmocka_unit_test_setup_teardown(a_spent_budget_gives_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
