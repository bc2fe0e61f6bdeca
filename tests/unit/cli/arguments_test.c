#include "cli/arguments.c"

#include <stdio.h>

#include "cmocka_all.h"

#define ARGV(...)                                                                                            \
    (char *[])                                                                                               \
    {                                                                                                        \
        "guichetctl", __VA_ARGS__, NULL                                                                      \
    }

static int count(char **argv)
{
    int argc = 0;
    while (argv[argc] != NULL) {
        argc++;
    }
    return argc;
}

static void assert_read(char **argv, enum gct_command_id id, struct cli_arguments *arguments)
{
    struct gct_error err = { GCT_OK, "" };
    if (cli_arguments_read(count(argv), argv, arguments, &err) != GCT_OK) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(arguments->wish, CLI_RUN);
    assert_int_equal(arguments->command->id, id);
}

static void assert_usage(char **argv, const char *words)
{
    struct cli_arguments arguments;
    struct gct_error err = { GCT_OK, "" };
    assert_int_equal(cli_arguments_read(count(argv), argv, &arguments, &err), GCT_INVALID);
    if (strstr(err.text, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", err.text, words);
    }
}

static void options_stand_anywhere(void **state)
{
    struct cli_arguments arguments;
    (void)state;
    assert_read(ARGV("--config", "x.conf", "user", "--role=admin", "add", "anna", "--password-stdin",
                     "--name", "Anna B", "--json"),
                GCT_COMMAND_user_add, &arguments);
    assert_string_equal(arguments.config, "x.conf");
    assert_true(arguments.json);
    assert_slice(arguments.values[GCT_ARGUMENT_LOGIN], "anna");
    assert_slice(arguments.values[GCT_ARGUMENT_ROLE], "admin");
    assert_slice(arguments.values[GCT_ARGUMENT_NAME], "Anna B");
    assert_int_equal(arguments.given, gct_command_needs(arguments.command));
    assert_read(ARGV("user", "scope", "anna", "--account", "3", "--team=7", "--account=12"),
                GCT_COMMAND_user_scope, &arguments);
    assert_slice(arguments.values[GCT_ARGUMENT_ACCOUNT], "3,12");
    assert_slice(arguments.values[GCT_ARGUMENT_TEAM], "7");
    assert_read(ARGV("user", "scope", "anna"), GCT_COMMAND_user_scope, &arguments);
    assert_null(arguments.values[GCT_ARGUMENT_ACCOUNT].ptr);
    assert_read(ARGV("check"), GCT_COMMAND_check, &arguments);
    assert_string_equal(arguments.config, CLI_CONFIG);
    assert_false(arguments.json);
    assert_read(ARGV("backup", "--", "--odd name"), GCT_COMMAND_backup, &arguments);
    assert_slice(arguments.values[GCT_ARGUMENT_FILE], "--odd name");
}

static void every_command_can_be_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COMMAND_COUNT; i++) {
        const struct gct_command *command = gct_command_at((enum gct_command_id)i);
        struct cli_arguments arguments;
        char words[64];
        char *argv[12] = { "guichetctl" };
        int argc = 1;
        (void)snprintf(words, sizeof words, "%s", command->words);
        argv[argc++] = words;
        char *space = strchr(words, ' ');
        if (space != NULL) {
            *space = '\0';
            argv[argc++] = space + 1;
        }
        if (command->argument != GCT_ARGUMENT_NONE) {
            argv[argc++] = "1";
        }
        if ((command->options & GCT_WITH(ROLE)) != 0) {
            argv[argc++] = "--role=agent";
        }
        if ((command->options & GCT_WITH(NAME)) != 0) {
            argv[argc++] = "--name=x";
        }
        if ((command->options & GCT_WITH(PASSWORD)) != 0) {
            argv[argc++] = "--password-stdin";
        }
        assert_read(argv, command->id, &arguments);
    }
}

static void what_does_not_fit_the_table_is_usage(void **state)
{
    (void)state;
    assert_usage(ARGV(NULL), "a command is needed");
    assert_usage(ARGV("user"), "no command user");
    assert_usage(ARGV("user", "rename", "anna"), "no command user rename");
    assert_usage(ARGV("user", "list", "anna"), "usage: guichetctl user list");
    assert_usage(ARGV("user", "disable"), "usage: guichetctl user disable LOGIN");
    assert_usage(ARGV("user", "disable", "anna", "bob"), "usage: guichetctl user disable LOGIN");
    assert_usage(ARGV("user", "disable", "anna", "bob", "carl"), "usage: guichetctl user disable LOGIN");
    assert_usage(ARGV("user", "list", "--role", "agent"), "usage: guichetctl user list");
    assert_usage(ARGV("user", "password", "anna"), "--password-stdin");
    assert_usage(ARGV("token", "create", "--role", "boss", "--name", "x"), "--role agent|admin|analyst");
    assert_usage(ARGV("token", "create", "--role", "agent", "--name"),
                 "--name is unknown or lacks its value");
    assert_usage(ARGV("check", "--force"), "--force is unknown");
    assert_usage(ARGV("backup"), "usage: guichetctl backup FILE");
    assert_usage(ARGV("user", "disable", "anna", "--account", "1"), "usage: guichetctl user disable LOGIN");
    char long_list[CLI_LIST_TEXT + 1u];
    memset(long_list, '1', sizeof long_list - 1u);
    long_list[sizeof long_list - 1u] = '\0';
    assert_usage(ARGV("user", "scope", "anna", "--account", long_list), "usage: guichetctl user scope LOGIN");
}

static void help_and_version_need_no_command(void **state)
{
    struct cli_arguments arguments;
    struct gct_error err = { GCT_OK, "" };
    struct gct_buffer help = { 0 };
    (void)state;
    assert_int_equal(cli_arguments_read(2, ARGV("--help"), &arguments, &err), GCT_OK);
    assert_int_equal(arguments.wish, CLI_HELP);
    assert_int_equal(cli_arguments_read(2, ARGV("--version"), &arguments, &err), GCT_OK);
    assert_int_equal(arguments.wish, CLI_VERSION);
    cli_help(&help);
    gct_buffer_add(&help, (struct gct_slice){ "\0", 1 });
    for (size_t i = 0; i < GCT_COMMAND_COUNT; i++) {
        assert_non_null(strstr(help.ptr, gct_command_at((enum gct_command_id)i)->help));
    }
    gct_buffer_free(&help);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere),
        cmocka_unit_test(every_command_can_be_written),
        cmocka_unit_test(what_does_not_fit_the_table_is_usage),
        cmocka_unit_test(help_and_version_need_no_command),
    };
    return cmocka_run_group_tests_name("cli/arguments", tests, NULL, NULL);
}
