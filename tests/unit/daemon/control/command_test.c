#include "daemon/control/command.c"

#include "base/file.h"
#include "daemon/control/place.h"

static void the_table_is_in_the_order_of_its_ids(void **state)
{
    (void)state;
    assert_int_equal(GCT_COUNT(commands), GCT_COMMAND_COUNT);
    assert_int_equal(GCT_COUNT(arguments), GCT_ARGUMENT_COUNT);
    for (size_t i = 0; i < GCT_COMMAND_COUNT; i++) {
        const struct gct_command *command = gct_command_at((enum gct_command_id)i);
        assert_int_equal(command->id, i);
        assert_ptr_equal(gct_command_find(gct_slice_of(command->words)), command);
        assert_true(command->help[0] != '\0');
    }
    assert_null(gct_command_find(GCT_LIT("user")));
    assert_null(gct_command_find(GCT_EMPTY));
}

static void a_usage_names_all_that_is_needed(void **state)
{
    struct gct_buffer usage = { 0 };
    (void)state;
    gct_command_usage(gct_command_at(GCT_COMMAND_user_add), &usage);
    assert_slice(gct_buffer_slice(&usage), "user add LOGIN --role agent|admin|analyst --name NAME "
                                           "--password-stdin [--account ID]... [--team ID]...");
    gct_buffer_free(&usage);
}

/* Every command is in the manual as it is used. */
static void the_manual_has_every_command(void **state)
{
    struct gct_arena *arena = gct_arena_new((size_t)1u << 20);
    struct gct_slice manual = GCT_EMPTY;
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    assert_ok(gct_file_read(GCT_SOURCE_DIR "/docs/operations.md", (size_t)1u << 19, arena, &manual, &err),
              err);
    const char *text = gct_arena_cstr(arena, manual);
    for (size_t i = 0; i < GCT_COMMAND_COUNT; i++) {
        const struct gct_command *command = gct_command_at((enum gct_command_id)i);
        struct gct_buffer entry = { 0 };
        gct_buffer_add(&entry, GCT_LIT("- `"));
        gct_command_usage(command, &entry);
        gct_buffer_add_format(&entry, "`: %s", command->help);
        char *line = gct_heap_text(gct_buffer_slice(&entry));
        if (strstr(text, line) == NULL) {
            fail_msg("docs/operations.md lacks the line: %s", line);
        }
        free(line);
        gct_buffer_free(&entry);
    }
    gct_arena_free(&arena);
}

static void requests_that_are_no_command_are_refused(void **state)
{
    static const struct {
        const char *request;
        const char *words;
    } cases[] = {
        { " ", "the request" },
        { "{\"command\":\"user list\"", "the request" },
        { "7", "a JSON object" },
        { "{}", "does not know" },
        { "{\"command\":7}", "does not know" },
        { "{\"command\":\"user\"}", "does not know" },
        { "{\"command\":\"backup\",\"arguments\":{\"file\":\"/tmp/x\"}}", "does not know" },
        { "{\"command\":\"check\"}", "does not know" },
        { "{\"command\":\"user disable\"}", "user disable lacks \"login\"" },
        { "{\"command\":\"user disable\",\"arguments\":[]}", "does not take \"arguments\"" },
        { "{\"command\":\"user disable\",\"arguments\":{\"login\":7}}", "does not take \"login\"" },
        { "{\"command\":\"user disable\",\"arguments\":{\"login\":\"a\",\"role\":\"admin\"}}",
          "does not take \"role\"" },
        { "{\"command\":\"user disable\",\"arguments\":{\"login\":\"a\",\"\":\"\"}}", "does not take \"\"" },
        { "{\"command\":\"user disable\",\"arguments\":{\"login\":\"a\",\"after\":\"1\"}}",
          "does not take \"after\"" },
        { "{\"command\":\"user list\",\"more\":1}", "does not take \"more\"" },
        { "{\"command\":\"user add\",\"arguments\":{\"login\":\"a\",\"name\":\"A\",\"role\":\"agent\"}}",
          "user add lacks \"password\"" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        assert_refused(*state, cases[i].request, cases[i].words);
    }
}

static void a_refusal_without_words_has_those_of_its_status(void **state)
{
    const struct gct_error err = { GCT_UNAVAILABLE, "" };
    struct gct_json *answer = gct_command_refusal(&err);
    (void)state;
    assert_slice(gct_json_text(gct_json_get(answer, "sentence")), gct_status_text(GCT_UNAVAILABLE));
    gct_json_free(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_in_the_order_of_its_ids),
        cmocka_unit_test(a_usage_names_all_that_is_needed),
        cmocka_unit_test(the_manual_has_every_command),
        cmocka_unit_test(a_refusal_without_words_has_those_of_its_status),
        EACH_WAY(requests_that_are_no_command_are_refused),
    };
    return cmocka_run_group_tests_name("daemon/control/command", tests, NULL, NULL);
}
