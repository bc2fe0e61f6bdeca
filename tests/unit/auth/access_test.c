#include <string.h>

#include "auth/access.c"
#include "cmocka_all.h"

static struct gct_scope scope_of(struct gct_arena *arena, const char *json)
{
    struct gct_scope scope;
    struct gct_error err = { 0 };
    assert_int_equal(gct_scope_read(gct_slice_of(json), arena, &scope, &err), GCT_OK);
    return scope;
}

static void an_empty_scope_is_everything_and_a_list_is_a_limit(void **state)
{
    (void)state;
    struct gct_arena *arena = gct_arena_new(4096u);
    struct gct_principal who = { .role = GCT_ROLE_AGENT, .scope = scope_of(arena, "{}") };
    assert_true(gct_access_object(&who, 7, 0));
    who.scope = scope_of(arena, "{\"accounts\":[\"7\",\"9\"]}");
    assert_true(gct_access_object(&who, 9, 3));
    assert_false(gct_access_object(&who, 8, 3));
    who.scope = scope_of(arena, "{\"accounts\":[],\"teams\":[\"3\"]}");
    assert_true(gct_access_object(&who, 8, 3));
    assert_false(gct_access_object(&who, 8, 0)); /* no team is not the team */
    gct_arena_free(&arena);
}

static void what_is_no_scope_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "[]",
                                       "{\"accounts\":7}",
                                       "{\"accounts\":[7]}",
                                       "{\"teams\":[\"x\"]}",
                                       "{\"teams\":[\"0\"]}",
                                       "{\"teams\":[\"-1\"]}" };
    struct gct_arena *arena = gct_arena_new(4096u);
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        struct gct_scope scope;
        struct gct_error err = { 0 };
        assert_int_equal(gct_scope_read(gct_slice_of(bad[i]), arena, &scope, &err), GCT_INVALID);
        assert_true(err.text[0] != '\0');
    }
    gct_arena_free(&arena);
}

static void roles_are_members_of_sets(void **state)
{
    (void)state;
    static const struct {
        enum gct_role role;
        int staff, admin, all;
    } cases[] = { { GCT_ROLE_AGENT, 1, 0, 1 }, { GCT_ROLE_ADMIN, 1, 1, 1 }, { GCT_ROLE_ANALYST, 0, 0, 1 } };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_principal who = { .role = cases[i].role };
        assert_int_equal(gct_access_role(&who, GCT_FOR_STAFF), cases[i].staff);
        assert_int_equal(gct_access_role(&who, GCT_FOR_ADMIN), cases[i].admin);
        assert_int_equal(gct_access_role(&who, GCT_FOR_ALL), cases[i].all);
    }
}

static void a_copy_owes_nothing_to_the_original(void **state)
{
    (void)state;
    struct gct_arena *first = gct_arena_new(4096u);
    struct gct_arena *second = gct_arena_new(4096u);
    struct gct_principal who = { .id = 4,
                                 .role = GCT_ROLE_ADMIN,
                                 .name = gct_arena_copy(first, GCT_LIT("Léa")) };
    who.scope = scope_of(first, "{\"accounts\":[\"7\"],\"teams\":[\"3\",\"5\"]}");
    struct gct_principal *copy = gct_principal_copy(&who, second);
    gct_arena_free(&first);
    assert_slice(copy->name, "Léa");
    assert_true(gct_access_object(copy, 7, 5));
    assert_slice(gct_scope_accounts_json(&copy->scope, second), "[7]");
    assert_slice(gct_scope_teams_json(&copy->scope, second), "[3,5]");
    copy->scope.account_count = 0;
    assert_null(gct_scope_accounts_json(&copy->scope, second).ptr);
    gct_arena_free(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_scope_is_everything_and_a_list_is_a_limit),
        cmocka_unit_test(what_is_no_scope_is_refused),
        cmocka_unit_test(roles_are_members_of_sets),
        cmocka_unit_test(a_copy_owes_nothing_to_the_original),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
