#include "plugin/load/entry_check.c"

#include <string.h>

#include "cmocka_all.h"

static const struct {
    uint32_t size;
    uint32_t abi;
    const char *sentence; /* NULL: accepted */
} tables[] = {
    { sizeof(struct gct_plugin_entry), GCT_ABI(1, 0), NULL },
    { sizeof(struct gct_plugin_entry) + 64u, GCT_ABI(1, 3), NULL },
    { 0, GCT_ABI(1, 0), "its gct_plugin_entry has 0 bytes, ABI 1.0 needs 24" },
    { 23, GCT_ABI(1, 0), "its gct_plugin_entry has 23 bytes, ABI 1.0 needs 24" },
    { sizeof(struct gct_plugin_entry), GCT_ABI(2, 0), "built for ABI 2.0, this Guichet speaks 1.0" },
    { sizeof(struct gct_plugin_entry), GCT_ABI(0, 9), "built for ABI 0.9, this Guichet speaks 1.0" },
    { sizeof(struct gct_plugin_entry), UINT32_MAX, "built for ABI 65535.65535, this Guichet speaks 1.0" },
};

static void a_table_is_taken_by_its_first_two_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(tables); i++) {
        struct gct_error err = { GCT_OK, "" };
        enum gct_status st = gct_entry_check(tables[i].size, tables[i].abi, &err);
        assert_int_equal(st, tables[i].sentence == NULL ? GCT_OK : GCT_INCOMPATIBLE);
        assert_string_equal(err.text, tables[i].sentence == NULL ? "" : tables[i].sentence);
    }
}

static uint32_t open_none(const struct gct_call *call, const struct gct_config *config,
                          struct gct_plugin **out)
{
    (void)call;
    (void)config;
    (void)out;
    return GCT_OK;
}

static void a_table_must_name_its_plugin_and_open(void **state)
{
    struct gct_plugin_entry entry = { sizeof entry, GCT_ABI_CURRENT, "card", open_none };
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    assert_int_equal(gct_entry_check_table(&entry, GCT_LIT("card"), &err), GCT_OK);
    assert_int_equal(gct_entry_check_table(&entry, GCT_LIT("cards"), &err), GCT_INCOMPATIBLE);
    assert_string_equal(err.text, "its gct_plugin_entry says it is \"card\", its manifest \"cards\"");
    entry.open = NULL;
    assert_int_equal(gct_entry_check_table(&entry, GCT_LIT("card"), &err), GCT_INCOMPATIBLE);
    assert_string_equal(err.text, "its gct_plugin_entry has no open");
}

static uint32_t decode(const struct gct_plugin *p, const struct gct_call *c, const struct gct_http_request *h)
{
    (void)p;
    (void)c;
    (void)h;
    return 0;
}

static uint32_t encode(const struct gct_plugin *p, const struct gct_call *c, const struct gct_message *m)
{
    (void)p;
    (void)c;
    (void)m;
    return 0;
}

static uint32_t classify(const struct gct_plugin *p, const struct gct_call *c,
                         const struct gct_http_response *r, struct gct_verdict *v)
{
    (void)p;
    (void)c;
    (void)r;
    (void)v;
    return 0;
}

static const void *extension(const struct gct_plugin *p, const char *id)
{
    (void)p;
    (void)id;
    return NULL;
}

static void expect_instance(uint32_t status, const struct gct_plugin *plugin, const char *sentence)
{
    struct gct_error err = { GCT_OK, "" };
    enum gct_status st = gct_entry_check_instance(status, plugin, &err);
    assert_int_equal(st == GCT_OK, sentence == NULL);
    assert_string_equal(err.text, sentence == NULL ? "" : sentence);
}

static void an_instance_must_be_whole(void **state)
{
    int self = 0;
    const struct gct_plugin whole = { sizeof whole, 0, &self, decode, encode, classify, extension, NULL };
    struct gct_plugin part = whole;
    (void)state;
    expect_instance(GCT_OK, &whole, NULL);
    expect_instance(GCT_OK, NULL, "open returned 0 (done) and made no instance");
    expect_instance(GCT_INVALID, &whole, "open returned 2 (the input is not valid)");
    expect_instance(4711, NULL, "open returned 4711 (an internal defect)");
    part.size = 16;
    expect_instance(GCT_OK, &part, "its gct_plugin has 16 bytes, ABI 1.0 needs 56");
    part = whole;
    part.decode = NULL;
    expect_instance(GCT_OK, &part, "its gct_plugin has no decode");
    part = whole;
    part.encode = NULL;
    expect_instance(GCT_OK, &part, "its gct_plugin has no encode");
    part = whole;
    part.classify = NULL;
    expect_instance(GCT_OK, &part, "its gct_plugin has no classify");
    part = whole;
    part.get_extension = NULL;
    expect_instance(GCT_OK, &part, "its gct_plugin has no get_extension");
    part = whole;
    part.self = NULL;
    expect_instance(GCT_OK, &part, "its gct_plugin has no self");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_taken_by_its_first_two_numbers),
        cmocka_unit_test(a_table_must_name_its_plugin_and_open),
        cmocka_unit_test(an_instance_must_be_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
