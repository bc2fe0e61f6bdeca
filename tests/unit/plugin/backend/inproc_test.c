#include "plugin/backend/inproc.c"
#include "plugin/backend/input.c"
#include "plugin/load/loader.c"

#include "cmocka_all.h"

static void a_name_that_is_a_path_names_no_plugin(void **state)
{
    static const char *const names[] = { "", ".", "..", "a.so", "a/b", "../a", "A", "a b", "a\n" };
    (void)state;
    assert_int_equal(check_name(GCT_LIT("lead_form-2"), NULL), GCT_OK);
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        assert_int_equal(check_name(gct_slice_of(names[i]), NULL), GCT_INVALID);
    }
}

static void only_files_that_nobody_else_writes_are_loaded(void **state)
{
    struct stat info = { .st_mode = S_IFREG | 0755, .st_uid = geteuid() };
    (void)state;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_OK);
    info.st_uid = 0;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_OK);
    info.st_uid = geteuid() + 1u;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_DENIED);
    info.st_uid = geteuid();
    info.st_mode = S_IFREG | 0775;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_DENIED);
    info.st_mode = S_IFREG | 0757;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_DENIED);
    info.st_mode = S_IFIFO | 0600;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_DENIED);
}

static void a_worker_is_down_while_nobody_waits_for_its_call(void **state)
{
    struct plugin_worker worker = { 0 };
    struct gct_translation translation = { 0 };
    (void)state;
    assert_int_equal(is_down(&worker), 0);
    worker.running = 1;
    worker.current = &translation;
    assert_int_equal(is_down(&worker), 0);
    worker.current = NULL;
    assert_int_equal(is_down(&worker), 1);
    worker.running = 0;
    worker.stopping = 1;
    assert_int_equal(is_down(&worker), 1);
}

static void a_call_is_over_its_deadline_by_processor_time_or_by_the_clock(void **state)
{
    struct plugin_worker worker = { .deadline_ms = 1000, .runner = pthread_self() };
    int64_t cpu = cpu_ms(CLOCK_THREAD_CPUTIME_ID);
    (void)state;
    worker.began_ms = gct_clock_mono_ms();
    worker.began_cpu_ms = cpu;
    assert_true(next_look_ms(&worker) > worker.began_ms);
    worker.began_ms -= 3000; /* the machine was busy elsewhere */
    assert_true(next_look_ms(&worker) > 0);
    worker.began_cpu_ms = cpu - 1000; /* the plugin used all its time */
    assert_int_equal(next_look_ms(&worker), 0);
    worker.began_cpu_ms = cpu;
    worker.began_ms -= 5000; /* the plugin sleeps */
    assert_int_equal(next_look_ms(&worker), 0);
}

static void inputs_are_copied_in_depth(void **state)
{
    char text[] = "hello";
    const struct gct_attachment attachment = { .size = sizeof attachment, .url = { text, 5 } };
    const struct gct_attachment *const attachments[] = { &attachment };
    const struct gct_quick_reply quick = { .size = sizeof quick, .title = { text, 5 } };
    const struct gct_quick_reply *const quicks[] = { &quick };
    const struct gct_message message = { .size = sizeof message,
                                         .act = GCT_ACT_REPLY,
                                         .text = { text, 5 },
                                         .attachments = attachments,
                                         .attachment_count = 1,
                                         .quick_replies = quicks,
                                         .quick_reply_count = 1 };
    const struct gct_header header = { GCT_LIT("A"), { text, 5 } };
    const struct gct_http_request hook = {
        .size = sizeof hook, .headers = &header, .header_count = 1, .body = { text, 5 }
    };
    const struct gct_http_response reply = {
        .size = sizeof reply, .status = 200, .body = { text, 5 }, .account = { text, 5 }
    };
    struct gct_arena *arena = gct_arena_new(65536);
    struct plugin_input input = { 0 };
    struct gct_translation translation = { .message = &message, .hook = &hook, .reply = &reply };
    (void)state;
    for (translation.kind = GCT_DECODE; translation.kind <= GCT_CLASSIFY; translation.kind++) {
        assert_int_equal(plugin_input_copy(&translation, arena, &input), GCT_OK);
    }
    memset(text, 'x', 5);
    assert_slice(input.message.text, "hello");
    assert_slice(input.message.attachments[0]->url, "hello");
    assert_slice(input.message.quick_replies[0]->title, "hello");
    assert_slice(input.hook.headers[0].value, "hello");
    assert_slice(input.hook.body, "hello");
    assert_slice(input.reply.body, "hello");
    assert_slice(input.reply.account, "hello");
    assert_int_equal(input.reply.status, 200);
    gct_arena_free(&arena);
    for (size_t bytes = 0; bytes < 10u; bytes++) {
        struct gct_arena *small = gct_arena_new(bytes);
        for (translation.kind = GCT_DECODE; translation.kind <= GCT_ENCODE; translation.kind++) {
            assert_int_equal(plugin_input_copy(&translation, small, &input), GCT_LIMIT);
        }
        gct_arena_free(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_is_a_path_names_no_plugin),
        cmocka_unit_test(only_files_that_nobody_else_writes_are_loaded),
        cmocka_unit_test(a_worker_is_down_while_nobody_waits_for_its_call),
        cmocka_unit_test(a_call_is_over_its_deadline_by_processor_time_or_by_the_clock),
        cmocka_unit_test(inputs_are_copied_in_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
