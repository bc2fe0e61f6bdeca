#include <stdlib.h>

#include "base/file.c"
#include "cmocka_all.h"

static char folder[] = "/tmp/guichet-file-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    (void)state;
    char path[200];
    (void)snprintf(path, sizeof path, "%s/a", folder);
    (void)unlink(path);
    return rmdir(folder);
}

static void what_is_written_is_read_back_and_replaced_whole(void **state)
{
    (void)state;
    char path[200];
    struct gct_error err = { 0 };
    struct gct_slice bytes = GCT_EMPTY;
    struct stat info;
    struct gct_arena *arena = gct_arena_new(1u << 16);
    (void)snprintf(path, sizeof path, "%s/a", folder);
    assert_int_equal(gct_file_write(path, GCT_LIT("first, and longer"), 0600u, &err), GCT_OK);
    assert_int_equal(gct_file_write(path, GCT_LIT("second"), 0600u, &err), GCT_OK);
    assert_int_equal(gct_file_read(path, 100u, arena, &bytes, &err), GCT_OK);
    assert_slice(bytes, "second");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777u, 0600);
    assert_int_equal(gct_file_read(path, 5u, arena, &bytes, &err), GCT_LIMIT);
    gct_arena_free(&arena);
}

static void failures_are_sentences_that_name_the_path(void **state)
{
    (void)state;
    struct gct_error err = { 0 };
    struct gct_slice bytes = GCT_EMPTY;
    struct gct_arena *arena = gct_arena_new(1u << 16);
    assert_int_equal(gct_file_read("/nonexistent/x", 10u, arena, &bytes, &err), GCT_NOT_FOUND);
    assert_non_null(strstr(err.text, "/nonexistent/x"));
    assert_int_equal(gct_file_read(folder, 10u, arena, &bytes, &err), GCT_INVALID);
    assert_int_equal(gct_file_write("/nonexistent/x", GCT_LIT("y"), 0600u, &err), GCT_UNAVAILABLE);
    assert_int_equal(gct_folder_make(folder, 0700u, &err), GCT_OK);
    assert_int_equal(gct_folder_make("/nonexistent/x", 0700u, &err), GCT_UNAVAILABLE);
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back_and_replaced_whole),
        cmocka_unit_test(failures_are_sentences_that_name_the_path),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
