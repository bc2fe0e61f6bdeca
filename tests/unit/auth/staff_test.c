#include "auth/staff.c"

#include "auth/people.h"
#include "store/fixture.h"

struct act {
    struct gct_new_user user;
    struct gct_slice login;
    const char *phc;
    int disabled;
    int64_t id;
    char token[GCT_TOKEN_TEXT];
};

static enum gct_status add_user(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct act *act = arg;
    return gct_staff_add_user(tx, GCT_LIT("cli"), &act->user, &act->id, err);
}

static enum gct_status set_disabled(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct act *act = arg;
    return gct_staff_set_disabled(tx, GCT_LIT("cli"), act->login, act->disabled, err);
}

static enum gct_status set_password(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct act *act = arg;
    return gct_staff_set_password(tx, GCT_LIT("cli"), act->login, act->phc, err);
}

static enum gct_status add_token(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct act *act = arg;
    return gct_staff_add_token(tx, GCT_LIT("cli"), GCT_LIT("script"), GCT_ROLE_ANALYST, &act->user.scope,
                               act->token, &act->id, err);
}

static enum gct_status revoke_token(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct act *act = arg;
    return gct_staff_revoke_token(tx, GCT_LIT("cli"), act->id, err);
}

static enum gct_status add_session(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct act *act = arg;
    char digest[32] = { (char)act->id };
    char csrf[65];
    memset(csrf, 'c', 64u);
    csrf[64] = '\0';
    return gct_db_run(gct_tx_db(tx), GCT_SQL_session_insert,
                      GCT_BIND(GCT_V_BLOB(((struct gct_slice){ digest, 32u })), GCT_V_INT(act->id),
                               GCT_V_TEXT(gct_slice_of(csrf)), GCT_V_INT(1), GCT_V_TEXT(GCT_LIT("a"))),
                      err);
}

static enum gct_status load(void *arg, struct gct_db *db, struct gct_error *err)
{
    return gct_people_load(db, arg, err);
}

static enum gct_status do_it(void **state,
                             enum gct_status (*run)(void *, struct gct_tx *, struct gct_error *),
                             struct act *act)
{
    struct fixture *fixture = *state;
    struct gct_error err = { 0 };
    return gct_store_write_wait(fixture->store, run, act, &err);
}

static struct gct_people *people_of(void **state)
{
    struct fixture *fixture = *state;
    struct gct_people *people = NULL;
    struct gct_error err = { 0 };
    assert_ok(gct_store_read_wait(fixture->store, load, &people, &err), err);
    return people;
}

static struct act user(const char *login, enum gct_role role)
{
    return (struct act){ .user = { gct_slice_of(login), GCT_LIT("Léa"), role, "$argon2id$x", { 0 } },
                         .login = gct_slice_of(login) };
}

static void a_login_is_unique_whatever_its_case(void **state)
{
    struct act lea = user("lea", GCT_ROLE_AGENT);
    struct act twin = user("LEA", GCT_ROLE_AGENT);
    assert_int_equal(do_it(state, add_user, &lea), GCT_OK);
    assert_int_equal(do_it(state, add_user, &twin), GCT_CONFLICT);
    struct gct_people *people = people_of(state);
    const struct gct_user *found = gct_people_login(people, GCT_LIT("lEa"));
    assert_non_null(found);
    assert_int_equal(found->id, lea.id);
    assert_int_equal(found->principal.role, GCT_ROLE_AGENT);
    assert_int_equal(found->agent_key.len, 26);
    assert_ptr_equal(found, gct_people_user(people, lea.id));
    gct_people_free(&people);
}

static void hostile_logins_and_names_are_refused(void **state)
{
    static const char *const logins[] = {
        "",
        "a b",
        "a'--",
        "é",
        "a\n",
        "<b>",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };
    for (size_t i = 0; i < GCT_COUNT(logins); i++) {
        struct act act = user(logins[i], GCT_ROLE_AGENT);
        assert_int_equal(do_it(state, add_user, &act), GCT_INVALID);
    }
    struct act act = user("max", GCT_ROLE_AGENT);
    act.user.name = GCT_LIT("a\tb");
    assert_int_equal(do_it(state, add_user, &act), GCT_INVALID);
    act.user.name = GCT_LIT(" ");
    assert_int_equal(do_it(state, add_user, &act), GCT_INVALID);
}

static void the_last_admin_cannot_be_disabled(void **state)
{
    struct act first = user("first", GCT_ROLE_ADMIN);
    struct act second = user("second", GCT_ROLE_ADMIN);
    assert_int_equal(do_it(state, add_user, &first), GCT_OK);
    first.disabled = 1;
    assert_int_equal(do_it(state, set_disabled, &first), GCT_DENIED);
    assert_int_equal(do_it(state, add_user, &second), GCT_OK);
    assert_int_equal(do_it(state, set_disabled, &first), GCT_OK);
    assert_int_equal(do_it(state, set_disabled, &first), GCT_OK); /* again: nothing new */
    second.disabled = 1;
    assert_int_equal(do_it(state, set_disabled, &second), GCT_DENIED);
    struct gct_people *people = people_of(state);
    assert_true(gct_people_user(people, first.id)->disabled);
    gct_people_free(&people);
}

static void a_new_password_and_disabling_end_every_session(void **state)
{
    struct act act = user("max", GCT_ROLE_AGENT);
    assert_int_equal(do_it(state, add_user, &act), GCT_OK);
    for (int round = 0; round < 2; round++) {
        unsigned char digest[32] = { (unsigned char)act.id };
        assert_int_equal(do_it(state, add_session, &act), GCT_OK);
        struct gct_people *people = people_of(state);
        assert_non_null(gct_people_session(people, digest));
        gct_people_free(&people);
        act.phc = "$argon2id$new";
        act.disabled = 1;
        assert_int_equal(do_it(state, round == 0 ? set_password : set_disabled, &act), GCT_OK);
        people = people_of(state);
        assert_null(gct_people_session(people, digest));
        gct_people_free(&people);
    }
    act.login = GCT_LIT("nobody");
    assert_int_equal(do_it(state, set_password, &act), GCT_NOT_FOUND);
}

static void a_token_is_known_by_its_digest_until_it_is_revoked(void **state)
{
    struct act act = { 0 };
    unsigned char digest[GCT_SHA256_BYTES];
    assert_int_equal(do_it(state, add_token, &act), GCT_OK);
    assert_int_equal(strlen(act.token), GCT_TOKEN_TEXT - 1u);
    gct_sha256(gct_slice_of(act.token), digest);
    struct gct_people *people = people_of(state);
    const struct gct_token *token = gct_people_token(people, digest);
    assert_non_null(token);
    assert_int_equal(token->principal.role, GCT_ROLE_ANALYST);
    assert_slice(token->principal.name, "script");
    gct_people_free(&people);
    assert_int_equal(do_it(state, revoke_token, &act), GCT_OK);
    assert_int_equal(do_it(state, revoke_token, &act), GCT_NOT_FOUND);
    people = people_of(state);
    assert_null(gct_people_token(people, digest));
    gct_people_free(&people);
}

static enum gct_status check_audit(void *arg, struct gct_db *db, struct gct_error *err)
{
    return gct_audit_check(db, arg, err);
}

static void every_change_is_in_the_chained_trail(void **state)
{
    struct fixture *fixture = *state;
    struct gct_error err = { 0 };
    int64_t rows = 0;
    struct act act = user("lea", GCT_ROLE_AGENT);
    assert_int_equal(do_it(state, add_user, &act), GCT_OK);
    act.phc = "$argon2id$new";
    assert_int_equal(do_it(state, set_password, &act), GCT_OK);
    assert_int_equal(do_it(state, add_token, &act), GCT_OK);
    assert_int_equal(do_it(state, revoke_token, &act), GCT_OK);
    assert_ok(gct_store_read_wait(fixture->store, check_audit, &rows, &err), err);
    assert_int_equal(rows, 4);
    gct_store_close(&fixture->store);
    fixture_sql(fixture->path,
                "DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'nobody' WHERE id = 2;");
    (void)fixture_open(fixture, (struct gct_store_options){ 0 });
    assert_int_equal(gct_store_read_wait(fixture->store, check_audit, &rows, &err), GCT_INVALID);
    assert_non_null(strstr(err.text, "row 2"));
}

static void no_row_of_the_trail_can_be_changed(void **state)
{
    static const char *const CHANGES[] = {
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT id, at_ms, 'nobody', action, object, detail, hash FROM audit",
    };
    struct fixture *fixture = *state;
    struct act act = user("lea", GCT_ROLE_AGENT);
    sqlite3 *raw = NULL;
    assert_int_equal(do_it(state, add_user, &act), GCT_OK);
    assert_int_equal(sqlite3_open(fixture->path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "PRAGMA recursive_triggers = ON", NULL, NULL, NULL), SQLITE_OK);
    for (size_t i = 0; i < GCT_COUNT(CHANGES); i++) {
        assert_int_equal(sqlite3_exec(raw, CHANGES[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
        assert_string_equal(sqlite3_errmsg(raw), "the audit trail is append only");
    }
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_login_is_unique_whatever_its_case, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(hostile_logins_and_names_are_refused, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_last_admin_cannot_be_disabled, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_new_password_and_disabling_end_every_session, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_token_is_known_by_its_digest_until_it_is_revoked, fixture_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(no_row_of_the_trail_can_be_changed, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(every_change_is_in_the_chained_trail, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
