#include "cli/run.c"

#include "cli/site.h"

/* One run of the program, with what it wrote. */
struct session {
    int status;
    char *out;
    size_t out_len;
    char *errors;
    size_t errors_len;
};

static void session_free(struct session *session)
{
    free(session->out);
    free(session->errors);
}

/* words: the command line after --config FILE. */
static struct session session_run(const struct site *site, const char *input, const char *words)
{
    struct session session = { 0 };
    char line[300];
    char *argv[20] = { "guichetctl", "--config", (char *)(uintptr_t)site->config };
    int argc = 3;
    FILE *in = tmpfile();
    assert_int_equal(fwrite(input, 1, strlen(input), in), strlen(input));
    rewind(in);
    FILE *out = open_memstream(&session.out, &session.out_len);
    FILE *errors = open_memstream(&session.errors, &session.errors_len);
    (void)snprintf(line, sizeof line, "%s", words);
    for (char *part = line; part != NULL && *part != '\0' && argc < 19;) {
        char *next = strchr(part, ' ');
        argv[argc++] = part;
        if (next != NULL) {
            *next++ = '\0';
        }
        part = next;
    }
    session.status = cli_run(argc, argv, in, out, errors);
    (void)fclose(in);
    (void)fclose(out);
    (void)fclose(errors);
    return session;
}

static void assert_run(const struct site *site, const char *input, const char *words, const char *output)
{
    struct session session = session_run(site, input, words);
    assert_string_equal(session.errors, "");
    assert_int_equal(session.status, 0);
    if (strstr(session.out, output) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", session.out, output);
    }
    session_free(&session);
}

static void assert_not_run(const struct site *site, const char *input, const char *words, int status,
                           const char *sentence)
{
    struct session session = session_run(site, input, words);
    assert_int_equal(session.status, status);
    assert_string_equal(session.out, "");
    assert_true(gct_slice_starts(gct_slice_of(session.errors), GCT_LIT("guichetctl: ")));
    assert_ptr_equal(strchr(session.errors, '\n'), session.errors + session.errors_len - 1u);
    if (strstr(session.errors, sentence) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", session.errors, sentence);
    }
    session_free(&session);
}

static void tour(const struct site *site)
{
    assert_run(site, "correct horse battery\n", "user add anna --role admin --name Anna --password-stdin",
               "anna can sign in as admin\n");
    assert_not_run(site, "correct horse battery\n", "user add anna --role admin --name Anna --password-stdin",
                   1, "the login anna is taken");
    assert_run(site, "another horse\r\nrest\n", "user password anna --password-stdin",
               "anna has a new password\n");
    assert_run(site, "", "user list", "1   anna   Anna  admin  no");
    assert_run(site, "", "user list --json", "{\"items\":[{\"id\":\"1\",\"login\":\"anna\"");
    assert_not_run(site, "", "user disable anna", 1, "the last admin");
    assert_run(site, "", "quarantine list", "ID  CHANNEL");
    assert_not_run(site, "", "quarantine show 7", 1, "no row 7");
    struct session session = session_run(site, "", "token create --role agent --name bot");
    assert_int_equal(session.status, 0);
    assert_int_equal(session.out_len, 69);
    assert_true(gct_slice_starts(gct_slice_of(session.out), GCT_LIT("gct_")));
    session_free(&session);
    assert_run(site, "", "token revoke 1", "token 1 is worthless");
    assert_run(site, "", "check", "audit       4     yes");
}

static void the_tour_without_a_gateway(void **state)
{
    tour(*state);
}

static void the_tour_with_a_gateway(void **state)
{
    struct site *site = *state;
    site_open(site);
    site_listen(site);
    tour(site);
    assert_int_equal(atomic_load(&site->people_changed), 4);
    assert_run(site, "", "channel reload", "is in force");
}

static void passwords_are_checked_before_anything_else(void **state)
{
    struct site *site = *state;
    char longest[700];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1u] = '\0';
    assert_not_run(site, "", "user add anna --role admin --name Anna --password-stdin", 1, "0 characters");
    assert_not_run(site, "short\n", "user add anna --role admin --name Anna --password-stdin", 1,
                   "5 characters");
    assert_not_run(site, "password1\n", "user add anna --role admin --name Anna --password-stdin", 1,
                   "common");
    assert_not_run(site, longest, "user add anna --role admin --name Anna --password-stdin", 1, "8 to 128");
    assert_int_not_equal(access(site->database, F_OK), 0);
}

static void a_wrong_command_line_is_usage(void **state)
{
    assert_not_run(*state, "", "user", 2, "see guichetctl --help");
    assert_not_run(*state, "", "user add anna", 2, "usage: guichetctl user add LOGIN");
    assert_not_run(*state, "", "check --loud", 2, "--loud is unknown");
    assert_run(*state, "", "--help", "backup FILE");
    assert_run(*state, "", "--version", "guichetctl " GCT_VERSION "\n");
}

static void a_hook_is_shown_without_moving_the_terminal(void **state)
{
    struct site *site = *state;
    site_fill(site);
    assert_run(site, "", "quarantine show 1", "\n\n" SITE_QUARANTINE "\n");
    assert_run(site, "", "quarantine release 1", "hook 1 is read again when the gateway runs");
    assert_not_run(site, "", "quarantine drop 1", 1, "no row 1");
}

static void a_copy_can_be_used_instead(void **state)
{
    struct site *site = *state;
    char words[160];
    char copy[128];
    site_fill(site);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", site->folder);
    (void)snprintf(words, sizeof words, "backup %s", copy);
    assert_run(site, "", words, "copy.db holds the database, ");
    assert_int_equal(rename(copy, site->database), 0);
    assert_run(site, "", "quarantine list", "maple");
    assert_not_run(site, "", "backup /nonexistent/copy.db", 1, "/nonexistent/copy.db");
}

static void damage_is_exit_status_1(void **state)
{
    struct site *site = *state;
    site_fill(site);
    site_damage(site, SITE_INBOX);
    struct session session = session_run(site, "", "check");
    assert_int_equal(session.status, 1);
    assert_string_equal(session.errors, "guichetctl: the database is damaged\n");
    assert_non_null(strstr(session.out, "inbox       1     no   row 1 is not what its digest says\n"));
    session_free(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SITE(the_tour_without_a_gateway),
        ON_SITE(the_tour_with_a_gateway),
        ON_SITE(passwords_are_checked_before_anything_else),
        ON_SITE(a_wrong_command_line_is_usage),
        ON_SITE(a_hook_is_shown_without_moving_the_terminal),
        ON_SITE(a_copy_can_be_used_instead),
        ON_SITE(damage_is_exit_status_1),
    };
    return cmocka_run_group_tests_name("cli/run", tests, NULL, NULL);
}
