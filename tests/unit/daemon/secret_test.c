#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmocka_all.h"
#include "daemon/secret.c"

static enum gct_status read_secret(struct gct_arena *arena, const char *text, const char *base,
                                   struct gct_slice *value, int *literal, struct gct_error *err)
{
    *err = (struct gct_error){ 0 };
    return gct_secret_read(gct_slice_of(text), base, arena, value, literal, err);
}

static void a_secret_comes_from_where_it_is_said(void **state)
{
    (void)state;
    char folder[] = "/tmp/guichet-secret-XXXXXX";
    char path[100];
    char text[120];
    struct gct_arena *arena = gct_arena_new(1u << 20);
    struct gct_slice value;
    struct gct_error err;
    int literal = 0;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/key", folder);
    assert_int_equal(gct_file_write(path, GCT_LIT("from the file\r\nsecond line\n"), 0600u, &err), GCT_OK);

    assert_int_equal(read_secret(arena, "env:PATH", "/", &value, &literal, &err), GCT_OK);
    assert_slice(value, getenv("PATH"));
    assert_int_equal(read_secret(arena, "file:key", folder, &value, &literal, &err), GCT_OK);
    assert_slice(value, "from the file");
    (void)snprintf(text, sizeof text, "file:%s", path);
    assert_int_equal(read_secret(arena, text, "/nowhere", &value, &literal, &err), GCT_OK);
    assert_slice(value, "from the file");
    assert_false(literal);
    assert_int_equal(read_secret(arena, "written here", "/", &value, &literal, &err), GCT_OK);
    assert_slice(value, "written here");
    assert_true(literal);
    (void)unlink(path);
    (void)rmdir(folder);
    gct_arena_free(&arena);
}

static void what_is_missing_is_named_and_nothing_is_shown(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(1u << 20);
    struct gct_slice value;
    struct gct_error err;
    int literal = 0;
    assert_int_equal(read_secret(arena, "env:GUICHET_NO_SUCH", "/", &value, &literal, &err), GCT_INVALID);
    assert_non_null(strstr(err.text, "GUICHET_NO_SUCH"));
    assert_int_equal(read_secret(arena, "file:/nonexistent/x", "/", &value, &literal, &err), GCT_INVALID);
    assert_non_null(strstr(err.text, "/nonexistent/x"));
    assert_int_equal(read_secret(arena, "", "/", &value, &literal, &err), GCT_INVALID);
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_secret_comes_from_where_it_is_said),
        cmocka_unit_test(what_is_missing_is_named_and_nothing_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
