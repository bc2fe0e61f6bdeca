#include "plugin/manifest.c"

#include <stdio.h>

#include "cmocka_all.h"
#include "plugin/elf_image.h"

#define HEAD "\"id\":\"card\",\"name\":\"Cards\",\"version\":\"1.0\",\"abi\":\"1.0\""
#define OPTION(text) "{" HEAD ",\"options\":[{" text "}]}"
#define NAMED "\"name\":\"a\",\"scope\":\"channel\","

static struct gct_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = gct_arena_new((size_t)4 << 20);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    gct_arena_free(&arena);
    return 0;
}

static void a_whole_manifest_is_read_from_a_file(void **state)
{
    static struct elf_image image;
    struct gct_manifest out;
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    struct gct_slice file = elf_image_make(
        &image,
        "{" HEAD ",\"summary\":\"By post\",\"requires\":[\"gct.json/1\"],\"options\":["
        "{\"name\":\"n\",\"scope\":\"account\",\"type\":\"number\",\"min\":-1,\"max\":9,\"default\":3},"
        "{\"name\":\"f\",\"scope\":\"channel\",\"type\":\"flag\",\"default\":true,\"help\":\"h\"},"
        "{\"name\":\"c\",\"scope\":\"channel\",\"type\":\"choice\",\"choices\":[\"x\",\"y\"],\"default\":"
        "\"y\"},"
        "{\"name\":\"s\",\"scope\":\"channel\",\"type\":\"secret\",\"required\":true}]}");
    if (gct_manifest_read(file, arena, &out, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
    assert_slice(out.id, "card");
    assert_slice(out.summary, "By post");
    assert_int_equal(out.abi, GCT_ABI(1, 0));
    assert_int_equal(out.requires_count, 1);
    assert_slice(out.requires_ext[0], "gct.json/1");
    assert_int_equal(out.option_count, 4);
    assert_int_equal(out.options[0].per_account, 1);
    assert_int_equal(out.options[0].min, -1);
    assert_int_equal(out.options[0].max, 9);
    assert_slice(out.options[0].fallback, "3");
    assert_slice(out.options[1].fallback, "true");
    assert_slice(out.options[1].help, "h");
    assert_int_equal(out.options[2].choice_count, 2);
    assert_int_equal(out.options[3].required, 1);
    assert_null(out.options[3].fallback.ptr);
}

static const struct {
    const char *text;
    enum gct_status status;
    const char *sentence;
} refused[] = {
    { "", GCT_INVALID, "manifest: not JSON" },
    { "{", GCT_INVALID, "manifest: not JSON" },
    { "[]", GCT_INVALID, "manifest: not a JSON object" },
    { "{}", GCT_INVALID, "abi must be two numbers like \"1.0\"" },
    { "{\"abi\":\"1\"}", GCT_INVALID, "abi must be two numbers" },
    { "{\"abi\":\"1.x\"}", GCT_INVALID, "abi must be two numbers" },
    { "{\"abi\":1.0}", GCT_INVALID, "abi must be two numbers" },
    { "{\"abi\":\"2.0\"}", GCT_INCOMPATIBLE, "needs ABI 2.0, this Guichet speaks 1.0" },
    { "{\"abi\":\"1.1\"}", GCT_INCOMPATIBLE, "needs ABI 1.1, this Guichet speaks 1.0" },
    { "{\"abi\":\"1.0\"}", GCT_INVALID, "id must be a text" },
    { "{\"abi\":\"1.0\",\"id\":7}", GCT_INVALID, "id must be a text" },
    { "{\"abi\":\"1.0\",\"id\":\"a\",\"name\":\"\"}", GCT_INVALID, "name must be a text" },
    { "{" HEAD ",\"author\":\"me\"}", GCT_INVALID, "it has a member author, which is not known" },
    { "{" HEAD ",\"requires\":\"gct.json/1\"}", GCT_INVALID, "requires must be a list" },
    { "{" HEAD ",\"requires\":[1]}", GCT_INVALID, "each of requires must be a text" },
    { "{" HEAD ",\"options\":{}}", GCT_INVALID, "options must be a list" },
    { "{\"id\":\"Card\",\"name\":\"x\",\"version\":\"1\",\"abi\":\"1.0\"}", GCT_INVALID,
      "\"Card\" is no id" },
    { OPTION("\"type\":\"text\""), GCT_INVALID, "name must be a text" },
    { OPTION("\"name\":\"A\",\"scope\":\"channel\",\"type\":\"text\""), GCT_INVALID,
      "\"A\" is no name for an option" },
    { OPTION(NAMED "\"type\":\"blob\""), GCT_INVALID, "option a has a type that is not known" },
    { OPTION("\"name\":\"a\",\"type\":\"text\""), GCT_INVALID,
      "scope of option a must be channel or account" },
    { OPTION(NAMED "\"type\":\"text\",\"requird\":true"), GCT_INVALID, "an option has a member requird" },
    { OPTION(NAMED "\"type\":\"text\",\"required\":1"), GCT_INVALID, "required must be true or false" },
    { OPTION(NAMED "\"type\":\"choice\""), GCT_INVALID, "option a of type choice has 0 choices" },
    { OPTION(NAMED "\"type\":\"text\",\"choices\":[\"x\"]"), GCT_INVALID,
      "option a of type text has 1 choices" },
    { OPTION(NAMED "\"type\":\"number\",\"min\":5,\"max\":1"), GCT_INVALID, "min 5 is above max 1" },
    { OPTION(NAMED "\"type\":\"number\",\"min\":1,\"max\":5,\"default\":9"), GCT_INVALID,
      "default: a must be between 1 and 5, not 9" },
    { OPTION(NAMED "\"type\":\"choice\",\"choices\":[\"x\"],\"default\":\"z\""), GCT_INVALID,
      "a must be one of: x" },
    { OPTION(NAMED "\"type\":\"secret\",\"default\":\"x\""), GCT_INVALID,
      "option a (secret) cannot have this default" },
    { OPTION(NAMED "\"type\":\"text\",\"required\":true,\"default\":\"x\""), GCT_INVALID,
      "option a (required text) cannot have this default" },
    { OPTION(NAMED "\"type\":\"text\",\"default\":[]"), GCT_INVALID, "cannot have this default" },
    { OPTION(NAMED "\"type\":\"text\"},{" NAMED "\"type\":\"flag\""), GCT_INVALID, "option a stands twice" },
};

static void each_wrong_manifest_has_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(refused); i++) {
        struct gct_manifest out;
        struct gct_error err = { GCT_OK, "" };
        assert_int_equal(gct_manifest_parse(gct_slice_of(refused[i].text), arena, &out, &err),
                         refused[i].status);
        if (strstr(err.text, refused[i].sentence) == NULL) {
            fail_msg("%s: \"%s\", expected \"%s\"", refused[i].text, err.text, refused[i].sentence);
        }
    }
}

static void a_manifest_beyond_the_limit_is_refused(void **state)
{
    struct gct_manifest out;
    struct gct_error err = { GCT_OK, "" };
    char *large = gct_arena_alloc(arena, GCT_MANIFEST_BYTES + 1u, 1);
    (void)state;
    memset(large, ' ', GCT_MANIFEST_BYTES + 1u);
    assert_int_equal(
        gct_manifest_parse((struct gct_slice){ large, GCT_MANIFEST_BYTES + 1u }, arena, &out, &err),
        GCT_INVALID);
    assert_string_equal(err.text, "manifest: 65537 bytes, at most 65536 are read");
    assert_int_equal(gct_manifest_read(GCT_LIT("#!/bin/sh"), arena, &out, &err), GCT_INVALID);
    assert_string_equal(err.text, "not an ELF file");
}

static void a_small_arena_is_a_limit_and_no_crash(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 400u; bytes += 7u) {
        struct gct_manifest out;
        struct gct_arena *small = gct_arena_new(bytes);
        (void)!gct_manifest_parse(
            GCT_LIT(OPTION(NAMED "\"type\":\"choice\",\"choices\":[\"x\",\"y\"],\"help\":\"h\"")), small,
            &out, NULL);
        gct_arena_free(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_manifest_is_read_from_a_file),
        cmocka_unit_test(each_wrong_manifest_has_its_sentence),
        cmocka_unit_test(a_manifest_beyond_the_limit_is_refused),
        cmocka_unit_test(a_small_arena_is_a_limit_and_no_crash),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
