#include <stdatomic.h>

#include "auth/auth.c"

#include "auth/staff.h"
#include "store/fixture.h"

struct desk {
    struct fixture *fixture;
    struct gct_mailbox *box;
    struct gct_auth *auth;
    unsigned changes;
    int64_t user;
};

static void count_change(void *arg)
{
    struct desk *desk = arg;
    desk->changes++;
}

static enum gct_status add_lea(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    char phc[GCT_PHC_TEXT];
    struct gct_new_user user = { GCT_LIT("lea"), GCT_LIT("Léa"), GCT_ROLE_AGENT, phc, { 0 } };
    enum gct_status st = gct_password_hash(GCT_LIT("érable à sucre"), phc, err);
    return st == GCT_OK ? gct_staff_add_user(tx, GCT_LIT("cli"), &user, arg, err) : st;
}

static enum gct_status disable_lea(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    (void)arg;
    return gct_staff_set_disabled(tx, GCT_LIT("cli"), GCT_LIT("lea"), 1, err);
}

static int setup(void **state)
{
    struct desk *desk = gct_heap_new(sizeof *desk);
    struct gct_error err = { 0 };
    (void)fixture_setup((void **)&desk->fixture);
    assert_ok(gct_store_write_wait(desk->fixture->store, add_lea, &desk->user, &err), err);
    desk->box = gct_mailbox_new(100u, NULL, NULL);
    assert_ok(gct_auth_new(desk->fixture->store, desk->box, count_change, desk, &desk->auth, &err), err);
    *state = desk;
    return 0;
}

/* Runs the loop's mailbox until something was in it. */
static void turn(struct desk *desk)
{
    struct gct_post *post = gct_mailbox_wait(desk->box, gct_clock_mono_ms() + 20000);
    assert_non_null(post);
    while (post != NULL) {
        struct gct_post *next = post->next;
        post->run(post);
        post = next;
    }
}

static int teardown(void **state)
{
    struct desk *desk = *state;
    struct fixture *fixture = desk->fixture;
    gct_auth_stop(desk->auth);
    gct_store_stop(fixture->store);
    (void)gct_mailbox_run(desk->box);
    gct_auth_free(&desk->auth);
    gct_mailbox_free(&desk->box);
    (void)fixture_teardown((void **)&fixture);
    free(desk);
    return 0;
}

struct
try {
    struct gct_login login;
    int over;
};

static void login_over(struct gct_login *login)
{
    GCT_STRUCT_OF(login, try, login)->over = 1;
}

static void sign_in(struct desk *desk, struct try *try, const char *login, const char *password)
{
    *try = (struct try){ .login = { .done = login_over } };
    gct_auth_login(desk->auth, &try->login, gct_slice_of(login), gct_slice_of(password),
                   GCT_LIT("192.0.2.1"));
    assert_false(
        try->over); /* regression: a refusal ended within the call, while the caller was still at work */
    while (!try->over) {
        turn(desk);
    }
}

static void a_right_password_makes_a_session_that_is_in_the_store(void **state)
{
    struct desk *desk = *state;
    struct try try;
    sign_in(desk, &try, "LEA", "érable à sucre");
    assert_int_equal(try.login.status, GCT_OK);
    int64_t now = try.login.session.created_ms;
    const struct gct_session *session = gct_auth_session(desk->auth, gct_slice_of(try.login.cookie), now, 0);
    assert_non_null(session);
    assert_int_equal(gct_auth_session_principal(desk->auth, session)->id, desk->user);
    gct_auth_reload(desk->auth);
    turn(desk);
    assert_non_null(gct_auth_session(desk->auth, gct_slice_of(try.login.cookie), now, 0));
    assert_int_equal(desk->changes, 1);
}

static void wrong_and_unknown_are_denied_alike(void **state)
{
    struct desk *desk = *state;
    struct try try;
    sign_in(desk, &try, "lea", "wrong words");
    assert_int_equal(try.login.status, GCT_DENIED);
    assert_int_equal(try.login.cookie[0], '\0');
    sign_in(desk, &try, "nobody", "érable à sucre");
    assert_int_equal(try.login.status, GCT_DENIED);
    assert_int_equal(try.login.job.status, GCT_DENIED); /* hashed all the same: the hasher's own word */
    sign_in(desk, &try, "lea", "");
    assert_int_equal(try.login.status, GCT_DENIED);
}

static void guesses_are_slowed_down(void **state)
{
    struct desk *desk = *state;
    struct try try;
    for (unsigned i = 0; i < GCT_THROTTLE_FREE; i++) {
        sign_in(desk, &try, "lea", "wrong words");
        assert_int_equal(try.login.status, GCT_DENIED);
    }
    sign_in(desk, &try, "lea", "érable à sucre");
    assert_int_equal(try.login.status, GCT_AGAIN);
    assert_true(try.login.retry_ms > 0);
}

static void a_session_ends_by_idleness_by_age_and_by_signing_out(void **state)
{
    struct desk *desk = *state;
    struct try try;
    sign_in(desk, &try, "lea", "érable à sucre");
    struct gct_slice cookie = gct_slice_of(try.login.cookie);
    int64_t start = try.login.session.created_ms;
    assert_null(gct_auth_session(desk->auth, cookie, start + GCT_SESSION_IDLE_MS, 0));
    int64_t now = start;
    while (now + GCT_SESSION_IDLE_MS / 2 < start + GCT_SESSION_LIFE_MS) {
        now += GCT_SESSION_IDLE_MS / 2;
        assert_non_null(gct_auth_session(desk->auth, cookie, now, 1));
    }
    assert_null(gct_auth_session(desk->auth, cookie, start + GCT_SESSION_LIFE_MS, 0));
    gct_auth_logout(desk->auth, gct_auth_session(desk->auth, cookie, now, 0));
    assert_null(gct_auth_session(desk->auth, cookie, now, 0));
    assert_int_equal(desk->changes, 1);
    assert_null(gct_auth_session(desk->auth, GCT_LIT("not a token"), now, 0));
}

static void a_user_has_at_most_ten_sessions(void **state)
{
    struct desk *desk = *state;
    struct try first;
    struct try try;
    sign_in(desk, &first, "lea", "érable à sucre");
    for (unsigned i = 0; i < GCT_SESSIONS_A_USER; i++) {
        sign_in(desk, &try, "lea", "érable à sucre");
        assert_int_equal(try.login.status, GCT_OK);
    }
    assert_int_equal(HASH_COUNT(gct_people_session(desk->auth->people, try.login.session.digest)), 10);
    assert_null(
        gct_auth_session(desk->auth, gct_slice_of(first.login.cookie), first.login.session.created_ms, 0));
}

static void disabling_ends_the_right_at_the_next_load(void **state)
{
    struct desk *desk = *state;
    struct gct_error err = { 0 };
    struct try try;
    sign_in(desk, &try, "lea", "érable à sucre");
    int64_t now = try.login.session.created_ms;
    assert_non_null(gct_auth_again(desk->auth, GCT_BY_USER, try.login.session.digest, now));
    assert_ok(gct_store_write_wait(desk->fixture->store, disable_lea, NULL, &err), err);
    gct_auth_reload(desk->auth);
    turn(desk);
    assert_null(gct_auth_again(desk->auth, GCT_BY_USER, try.login.session.digest, now));
    sign_in(desk, &try, "lea", "érable à sucre");
    assert_int_equal(try.login.status, GCT_DENIED);
}

static enum gct_status change_password(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    char phc[GCT_PHC_TEXT];
    (void)arg;
    enum gct_status st = gct_password_hash(GCT_LIT("sirop et raquettes"), phc, err);
    return st == GCT_OK ? gct_staff_set_password(tx, GCT_LIT("cli"), GCT_LIT("lea"), phc, err) : st;
}

static enum gct_status read_password(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct gct_people *people = NULL;
    enum gct_status st = gct_people_load(db, &people, err);
    if (st == GCT_OK) {
        copy_text(arg, GCT_PHC_TEXT, gct_people_login(people, GCT_LIT("lea"))->phc);
    }
    gct_people_free(&people);
    return st;
}

/* regression: the old password, checked before it was changed, made a session afterwards, and its renewed
 * hash took the place of the new one */
static void a_password_that_changes_while_it_is_checked_lets_nobody_in(void **state)
{
    struct desk *desk = *state;
    struct gct_error err = { 0 };
    struct try try = { .login = { .done = login_over } };
    char before[GCT_PHC_TEXT];
    char after[GCT_PHC_TEXT];
    gct_auth_login(desk->auth, &try.login, GCT_LIT("lea"), GCT_LIT("érable à sucre"), GCT_LIT("192.0.2.1"));
    struct gct_post *checked = gct_mailbox_wait(desk->box, gct_clock_mono_ms() + 20000);
    assert_ptr_equal(checked, &try.login.post);
    assert_int_equal(try.login.job.status, GCT_OK);
    copy_text(try.login.job.renewed, sizeof try.login.job.renewed, gct_slice_of(try.login.job.phc));
    assert_ok(gct_store_write_wait(desk->fixture->store, change_password, NULL, &err), err);
    assert_ok(gct_store_read_wait(desk->fixture->store, read_password, before, &err), err);
    checked->run(checked);
    while (!try.over) {
        turn(desk);
    }
    assert_int_equal(try.login.status, GCT_DENIED);
    assert_ok(gct_store_read_wait(desk->fixture->store, read_password, after, &err), err);
    assert_string_equal(before, after);
}

static enum gct_status add_script(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    int64_t id = 0;
    const struct gct_scope none = { 0 };
    return gct_staff_add_token(tx, GCT_LIT("cli"), GCT_LIT("script"), GCT_ROLE_AGENT, &none, arg, &id, err);
}

static void the_use_of_a_token_is_stored_to_the_minute(void **state)
{
    struct desk *desk = *state;
    struct gct_error err = { 0 };
    char token[GCT_TOKEN_TEXT];
    int64_t now = gct_clock_wall_ms();
    const char *used = "SELECT coalesce(used_ms, 0) FROM token";
    assert_ok(gct_store_write_wait(desk->fixture->store, add_script, token, &err), err);
    gct_auth_reload(desk->auth);
    turn(desk);
    assert_int_equal(fixture_number(desk->fixture->path, used), 0);
    assert_non_null(gct_auth_bearer(desk->auth, gct_slice_of(token), now));
    assert_non_null(gct_auth_bearer(desk->auth, gct_slice_of(token), now + SEEN_EVERY_MS - 1));
    /* Writes are done in their order: this one comes after those. */
    assert_ok(gct_store_write_wait(desk->fixture->store, change_password, NULL, &err), err);
    assert_int_equal(fixture_number(desk->fixture->path, used), now);
    assert_non_null(gct_auth_bearer(desk->auth, gct_slice_of(token), now + SEEN_EVERY_MS));
    assert_ok(gct_store_write_wait(desk->fixture->store, change_password, NULL, &err), err);
    assert_int_equal(fixture_number(desk->fixture->path, used), now + SEEN_EVERY_MS);
}

/* regression: a load that failed was never tried again, and who was put out stayed in */
static void a_load_that_fails_is_caught_up_with(void **state)
{
    struct desk *desk = *state;
    struct gct_error err = { 0 };
    struct try try;
    sign_in(desk, &try, "lea", "érable à sucre");
    int64_t now = try.login.session.created_ms;
    assert_ok(gct_store_write_wait(desk->fixture->store, disable_lea, NULL, &err), err);
    fixture_sql(desk->fixture->path, "UPDATE user SET scope = 'broken'");
    gct_auth_reload(desk->auth);
    turn(desk);
    assert_int_equal(desk->changes, 1);
    assert_true(gct_auth_is_behind(desk->auth));
    assert_non_null(gct_auth_again(desk->auth, GCT_BY_USER, try.login.session.digest, now));
    fixture_sql(desk->fixture->path, "UPDATE user SET scope = '{}'");
    gct_auth_catch_up(desk->auth);
    turn(desk);
    assert_false(gct_auth_is_behind(desk->auth));
    assert_null(gct_auth_again(desk->auth, GCT_BY_USER, try.login.session.digest, now));
    gct_auth_catch_up(desk->auth);
    assert_false(gct_auth_is_loading(desk->auth));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_right_password_makes_a_session_that_is_in_the_store, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(wrong_and_unknown_are_denied_alike, setup, teardown),
        cmocka_unit_test_setup_teardown(guesses_are_slowed_down, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_ends_by_idleness_by_age_and_by_signing_out, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_user_has_at_most_ten_sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(a_password_that_changes_while_it_is_checked_lets_nobody_in, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(the_use_of_a_token_is_stored_to_the_minute, setup, teardown),
        cmocka_unit_test_setup_teardown(a_load_that_fails_is_caught_up_with, setup, teardown),
        cmocka_unit_test_setup_teardown(disabling_ends_the_right_at_the_next_load, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
