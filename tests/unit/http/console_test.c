#include <unistd.h>

#include "cmocka_all.h"
#include "http/console.c"

static void codings_are_taken_as_the_browser_says(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        int br, gzip;
    } cases[] = {
        { "gzip, deflate, br", 1, 1 },
        { "gzip;q=0.5", 0, 1 },
        { "br;q=0, gzip", 0, 1 },
        { "BR", 1, 0 },
        { "", 0, 0 },
        { "brotli", 0, 0 },
        { "gzip;q=0.0", 0, 0 },
        { "br;q=0.000, gzip;q=0.001", 0, 1 },
        { "br;q=0., gzip;q=00", 0, 0 },
        { "identity, *", 0, 0 },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_int_equal(takes_coding(gct_slice_of(cases[i].accept), "br"), cases[i].br);
        assert_int_equal(takes_coding(gct_slice_of(cases[i].accept), "gzip"), cases[i].gzip);
    }
}

static void a_known_tag_is_recognised_in_a_list(void **state)
{
    (void)state;
    assert_true(is_known(GCT_LIT("\"abc\""), "\"abc\""));
    assert_true(is_known(GCT_LIT("\"x\", W/\"abc\""), "\"abc\""));
    assert_true(is_known(GCT_LIT("*"), "\"abc\""));
    assert_false(is_known(GCT_LIT("\"ab\""), "\"abc\""));
    assert_false(is_known(GCT_EMPTY, "\"abc\""));
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[200];
    struct gct_error err = { 0 };
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(gct_file_write(path, gct_slice_of(text), 0600u, &err), GCT_OK);
}

static void clean(const char *folder)
{
    static const char *const names[] = { "index.html", "build.txt", "assets/a.js", "assets/a.js.br",
                                         "assets" };
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        char path[200];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    (void)rmdir(folder);
}

static void the_folder_is_read_with_its_packed_forms_and_an_index_for_each_theme(void **state)
{
    (void)state;
    char folder[] = "/tmp/guichet-console-XXXXXX";
    char assets[64];
    struct gct_console *console = NULL;
    struct gct_error err = { 0 };
    struct page *page = NULL;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(assets, sizeof assets, "%s/assets", folder);
    assert_int_equal(gct_folder_make(assets, 0700u, &err), GCT_OK);
    put(folder, "assets/a.js", "let a;");
    put(folder, "assets/a.js.br", "packed");
    put(folder, "build.txt", "b1\n");
    assert_int_equal(gct_console_load(folder, &console, &err), GCT_NOT_FOUND);
    put(folder, "index.html", "<html lang=\"fr\" data-theme=\"system\"><p>");
    assert_int_equal(gct_console_load(folder, &console, &err), GCT_OK);
    HASH_FIND(hh, console->pages, "/assets/a.js", 12u, page);
    assert_non_null(page);
    assert_slice(gct_blob_text(page->forms[ENCODING_BROTLI]), "packed");
    assert_null(page->forms[ENCODING_GZIP]);
    assert_slice(gct_blob_text(page->forms[ENCODING_PLAIN]), "let a;");
    assert_slice(gct_blob_text(index_for(console, GCT_LIT("a=b; guichet_ui=dark.fr"))->forms[ENCODING_PLAIN]),
                 "<html lang=\"fr\" data-theme=\"dark\"><p>");
    assert_ptr_equal(index_for(console, GCT_LIT("guichet_ui=blue.fr")), console->index[0]);
    assert_string_not_equal(console->index[0]->etag, console->index[1]->etag);
    gct_console_free(&console);
    assert_null(console);
    clean(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codings_are_taken_as_the_browser_says),
        cmocka_unit_test(a_known_tag_is_recognised_in_a_list),
        cmocka_unit_test(the_folder_is_read_with_its_packed_forms_and_an_index_for_each_theme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
