#include "daemon/control/people.c"

#include "auth/password.h"
#include "daemon/control/place.h"

#define PHC "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo"
#define ADD(login, role)                                                                                     \
    "{\"command\":\"user add\",\"arguments\":{\"login\":\"" login "\",\"role\":\"" role                      \
    "\",\"name\":\"Anna B\",\"password\":\"" PHC "\"}}"
#define ABOUT(command, login) "{\"command\":\"" command "\",\"arguments\":{\"login\":\"" login "\"}}"

static void a_user_is_added_and_listed(void **state)
{
    struct place *place = *state;
    assert_done(place, ADD("anna", "admin"));
    assert_audit(place, 1, "cli user.add user:1");
    assert_int_equal(atomic_load(&place->people_changed), 1);
    struct gct_json *answer = place_do(place, "{\"command\":\"user list\"}");
    assert_int_equal(gct_json_count(gct_json_get(answer, "items")), 1);
    assert_slice(text_of(answer, 0, "login"), "anna");
    assert_slice(text_of(answer, 0, "name"), "Anna B");
    assert_slice(text_of(answer, 0, "role"), "admin");
    assert_false(gct_json_truth(gct_json_get(item_of(answer, 0), "disabled")));
    assert_null(gct_json_get(item_of(answer, 0), "password"));
    gct_json_free(&answer);
}

static void wrong_users_are_refused_and_leave_nothing(void **state)
{
    struct place *place = *state;
    assert_done(place, ADD("anna", "admin"));
    assert_refused(place, ADD("ANNA", "agent"), "is taken");
    assert_refused(place, ADD("anna b", "agent"), "a login is");
    assert_refused(place, ADD("bob", "boss"), "agent, admin or analyst, not \"boss\"");
    assert_refused(
        place,
        "{\"command\":\"user add\",\"arguments\":{\"login\":\"bob\",\"role\":\"agent\",\"name\":\"Bob\","
        "\"password\":\"correct horse\"}}",
        "Argon2id hash alone");
    assert_audit(place, 1, "cli user.add user:1");
    assert_int_equal(atomic_load(&place->people_changed), 1);
}

static void disabling_and_enabling_are_noted(void **state)
{
    struct place *place = *state;
    assert_done(place, ADD("anna", "admin"));
    assert_done(place, ADD("bob", "agent"));
    assert_done(place, ABOUT("user disable", "bob"));
    assert_audit(place, 3, "cli user.disable user:2");
    struct gct_json *answer = place_do(place, "{\"command\":\"user list\"}");
    assert_true(gct_json_truth(gct_json_get(item_of(answer, 1), "disabled")));
    gct_json_free(&answer);
    assert_done(place, ABOUT("user enable", "bob"));
    assert_audit(place, 4, "cli user.enable user:2");
    assert_refused(place, ABOUT("user disable", "carl"), "no user with the login carl");
    assert_int_equal(atomic_load(&place->people_changed), 4);
}

static void the_last_admin_stays(void **state)
{
    struct place *place = *state;
    assert_done(place, ADD("anna", "admin"));
    assert_refused(place, ABOUT("user disable", "anna"), "the last admin");
    assert_audit(place, 1, "cli user.add user:1");
}

static void a_password_is_replaced_by_its_hash(void **state)
{
    struct place *place = *state;
    assert_done(place, ADD("anna", "admin"));
    assert_done(place, "{\"command\":\"user password\",\"arguments\":{\"login\":\"anna\",\"password\":\"" PHC
                       "\"}}");
    assert_audit(place, 2, "cli user.password user:1");
    assert_refused(
        place,
        "{\"command\":\"user password\",\"arguments\":{\"login\":\"anna\",\"password\":\"$argon2id$ x\"}}",
        "Argon2id hash alone");
    assert_refused(
        place, "{\"command\":\"user password\",\"arguments\":{\"login\":\"bob\",\"password\":\"" PHC "\"}}",
        "no user with the login bob");
}

static void a_token_is_shown_once(void **state)
{
    struct place *place = *state;
    struct gct_json *answer = place_do(
        place, "{\"command\":\"token create\",\"arguments\":{\"role\":\"analyst\",\"name\":\"figures\"}}");
    assert_int_equal(text_of(answer, 0, "token").len, GCT_TOKEN_TEXT - 1u);
    assert_true(gct_slice_starts(text_of(answer, 0, "token"), GCT_LIT("gct_")));
    gct_json_free(&answer);
    assert_audit(place, 1, "cli token.create token:1");
    answer = place_do(place, "{\"command\":\"token list\"}");
    assert_slice(text_of(answer, 0, "name"), "figures");
    assert_slice(text_of(answer, 0, "role"), "analyst");
    assert_null(gct_json_get(item_of(answer, 0), "token"));
    assert_int_equal(gct_json_type(gct_json_get(item_of(answer, 0), "revoked_at")), GCT_JSON_IS_NULL);
    gct_json_free(&answer);
}

static void a_token_is_revoked_once(void **state)
{
    struct place *place = *state;
    assert_done(place, "{\"command\":\"token create\",\"arguments\":{\"role\":\"agent\",\"name\":\"bot\"}}");
    assert_done(place, "{\"command\":\"token revoke\",\"arguments\":{\"id\":\"1\"}}");
    assert_audit(place, 2, "cli token.revoke token:1");
    assert_refused(place, "{\"command\":\"token revoke\",\"arguments\":{\"id\":\"1\"}}", "no token 1");
    assert_refused(place, "{\"command\":\"token revoke\",\"arguments\":{\"id\":\"-1\"}}",
                   "an ID is a number");
    assert_refused(place, "{\"command\":\"token create\",\"arguments\":{\"role\":\"agent\",\"name\":\"\"}}",
                   "a name is");
    assert_int_equal(atomic_load(&place->people_changed), 2);
    struct gct_json *answer = place_do(place, "{\"command\":\"token list\"}");
    assert_int_equal(gct_json_type(gct_json_get(item_of(answer, 0), "revoked_at")), GCT_JSON_IS_STRING);
    gct_json_free(&answer);
}

static void a_scope_is_set_and_shown(void **state)
{
    struct place *place = *state;
    assert_done(
        place,
        "{\"command\":\"user add\",\"arguments\":{\"login\":\"anna\",\"role\":\"agent\",\"name\":\"Anna\","
        "\"password\":\"" PHC "\",\"account\":\"1\"}}");
    struct gct_json *answer = place_do(place, "{\"command\":\"user list\"}");
    assert_int_equal(gct_json_count(gct_json_get(item_of(answer, 0), "accounts")), 1);
    assert_slice(gct_json_text(gct_json_at(gct_json_get(item_of(answer, 0), "accounts"), 0)), "1");
    assert_int_equal(gct_json_count(gct_json_get(item_of(answer, 0), "teams")), 0);
    gct_json_free(&answer);
    assert_done(place, ABOUT("user scope", "anna"));
    assert_audit(place, 2, "cli user.scope user:1");
    answer = place_do(place, "{\"command\":\"user list\"}");
    assert_int_equal(gct_json_count(gct_json_get(item_of(answer, 0), "accounts")), 0);
    gct_json_free(&answer);
    assert_done(place, "{\"command\":\"token create\",\"arguments\":{\"role\":\"agent\",\"name\":\"bot\"}}");
    assert_done(place, "{\"command\":\"token scope\",\"arguments\":{\"id\":\"1\",\"account\":\"1\"}}");
    assert_audit(place, 4, "cli token.scope token:1");
    answer = place_do(place, "{\"command\":\"token list\"}");
    assert_slice(gct_json_text(gct_json_at(gct_json_get(item_of(answer, 0), "accounts"), 0)), "1");
    gct_json_free(&answer);
    assert_refused(place, "{\"command\":\"token scope\",\"arguments\":{\"id\":\"1\",\"account\":\"1,7\"}}",
                   "no account 7");
    assert_refused(place, "{\"command\":\"token scope\",\"arguments\":{\"id\":\"1\",\"team\":\"7\"}}",
                   "no team 7");
    assert_refused(place, "{\"command\":\"token scope\",\"arguments\":{\"id\":\"1\",\"account\":\"\"}}",
                   "ids with commas between");
    assert_refused(place, "{\"command\":\"token scope\",\"arguments\":{\"id\":\"9\"}}", "no token 9");
    assert_refused(place, ABOUT("user scope", "carl"), "no user with the login carl");
}

static void a_change_that_does_not_hold_yet_says_so(void **state)
{
    struct place *place = *state;
    assert_done(place, ADD("anna", "admin"));
    assert_done(place, "{\"command\":\"token create\",\"arguments\":{\"role\":\"agent\",\"name\":\"bot\"}}");
    place->people_behind = 1;
    struct gct_json *answer = place_do(place, "{\"command\":\"token revoke\",\"arguments\":{\"id\":\"1\"}}");
    assert_slice(gct_json_text(gct_json_get(answer, "sentence")),
                 "stored, but not in force yet, the gateway tries again within seconds: token 1 is "
                 "worthless from now on");
    gct_json_free(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_WAY(a_user_is_added_and_listed),
        EACH_WAY(wrong_users_are_refused_and_leave_nothing),
        EACH_WAY(disabling_and_enabling_are_noted),
        EACH_WAY(the_last_admin_stays),
        EACH_WAY(a_password_is_replaced_by_its_hash),
        EACH_WAY(a_token_is_shown_once),
        EACH_WAY(a_token_is_revoked_once),
        EACH_WAY(a_scope_is_set_and_shown),
        cmocka_unit_test_setup_teardown(a_change_that_does_not_hold_yet_says_so, place_over_socket,
                                        place_close),
    };
    return cmocka_run_group_tests_name("daemon/control/people", tests, NULL, NULL);
}
