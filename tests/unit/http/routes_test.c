#include <string.h>

#include "cmocka_all.h"
#include "http/routes.c"

static void a_path_finds_its_row_and_its_id(void **state)
{
    (void)state;
    static const struct {
        enum gct_method method;
        const char *path;
        const char *row; /* NULL: none */
        const char *id;
    } cases[] = {
        { GCT_METHOD_GET, "/tickets", "/tickets", "" },
        { GCT_METHOD_HEAD, "/tickets", "/tickets", "" },
        { GCT_METHOD_GET, "/tickets/12", "/tickets/{id}", "12" },
        { GCT_METHOD_PATCH, "/channels/maple-messenger", "/channels/{id}", "maple-messenger" },
        { GCT_METHOD_POST, "/tickets/12/messages", "/tickets/{id}/messages", "12" },
        { GCT_METHOD_POST, "/tickets", NULL, "" },
        { GCT_METHOD_GET, "/tickets/", NULL, "" },
        { GCT_METHOD_GET, "/tickets//messages", NULL, "" },
        { GCT_METHOD_GET, "/tickets/12/messages/7", NULL, "" },
        { GCT_METHOD_GET, "/Tickets", NULL, "" },
        { GCT_METHOD_GET, "", NULL, "" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        char allow[64];
        struct gct_slice id = GCT_EMPTY;
        const struct gct_route *route =
            gct_route_find(cases[i].method, gct_slice_of(cases[i].path), &id, allow);
        if (cases[i].row == NULL) {
            assert_null(route);
        } else {
            assert_non_null(route);
            assert_string_equal(route->path, cases[i].row);
            assert_slice(id, cases[i].id);
        }
    }
}

static void a_method_that_a_path_does_not_know_gets_the_list_of_those_it_knows(void **state)
{
    (void)state;
    char allow[64];
    struct gct_slice id;
    assert_null(gct_route_find(GCT_METHOD_POST, GCT_LIT("/tickets/7"), &id, allow));
    assert_string_equal(allow, "GET, HEAD, PATCH");
    assert_null(gct_route_find(GCT_METHOD_POST, GCT_LIT("/nothing"), &id, allow));
    assert_string_equal(allow, "");
}

static void every_row_can_be_carried_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < gct_route_count; i++) {
        const struct gct_route *route = &gct_routes[i];
        assert_true(route->roles != 0 && (route->roles & ~GCT_FOR_ALL) == 0);
        assert_true(route->prepare != NULL || route->act != NULL || route->view != NULL);
        assert_true(route->method == GCT_METHOD_GET ? route->act == NULL && route->body_count == 0 : 1);
        assert_true(route->success >= 200u && route->success < 300u);
        assert_true(route->success == 204u ? route->view == NULL : 1);
        for (size_t j = 0; j < i; j++) {
            assert_false(gct_routes[j].method == route->method &&
                         strcmp(gct_routes[j].path, route->path) == 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_finds_its_row_and_its_id),
        cmocka_unit_test(a_method_that_a_path_does_not_know_gets_the_list_of_those_it_knows),
        cmocka_unit_test(every_row_can_be_carried_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
