#include <stdio.h>

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
    struct gct_error err = { GCT_OK, "" };
    char sentence[120];
    (void)state;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_OK);
    info.st_uid = 0;
    assert_int_equal(check_owner(&info, "a.so", NULL), GCT_OK);
    info.st_uid = geteuid() + 1u;
    assert_int_equal(check_owner(&info, "a.so", &err), GCT_DENIED);
    (void)snprintf(sentence, sizeof sentence,
                   "a.so belongs to user %u; only files of root or of user %u are loaded",
                   (unsigned)geteuid() + 1u, (unsigned)geteuid());
    assert_string_equal(err.text, sentence);
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

static uint32_t decode_nothing(const struct gct_plugin *plugin, const struct gct_call *base,
                               const struct gct_http_request *hook)
{
    (void)plugin;
    (void)base;
    (void)hook;
    return GCT_OK;
}

static const struct gct_plugin decoder = { .size = sizeof decoder, .decode = decode_nothing };
static size_t answers;

/* Answers come in the order of the questions; the number of each is its seed. */
static void count_answer(struct gct_translation *translation)
{
    assert_int_equal(translation->status, GCT_OK);
    assert_int_equal(translation->seed, answers);
    answers++;
}

static struct plugin_worker *worker_without_threads(void)
{
    struct plugin_worker *worker = gct_heap_new(sizeof *worker);
    worker->sink = (struct plugin_sink){ sink_event, sink_request };
    worker->plugin = &decoder;
    worker->queue_limit = 1000;
    worker->deadline_ms = 1000;
    worker->memory = gct_arena_new(4096);
    worker->json = gct_arena_new(4096);
    worker->input = gct_arena_new(4096);
    plugin_host_init(&worker->host, GCT_LIT("desk"), GCT_LIT("card"));
    assert_int_equal(pthread_mutex_init(&worker->lock, NULL), 0);
    condition_init(&worker->to_runner);
    condition_init(&worker->to_keeper);
    return worker;
}

/* Submits count translations before the runner begins; gives the number of hand-overs they took. */
static size_t handovers_of(size_t count)
{
    const struct gct_http_request hook = { .size = sizeof hook };
    struct plugin_worker *worker = worker_without_threads();
    struct gct_arena *arena = gct_arena_new(65536);
    struct gct_translation *translations = gct_heap_new(count * sizeof *translations);
    int down = 0;
    answers = 0;
    for (size_t i = 0; i < count; i++) {
        translations[i] = (struct gct_translation){
            .kind = GCT_DECODE, .hook = &hook, .seed = i, .arena = arena, .done = count_answer
        };
        assert_int_equal(inproc_submit(worker, &translations[i]), GCT_OK);
    }
    assert_int_equal(inproc_waiting(worker, &down), count);
    assert_int_equal(pthread_create(&worker->runner, NULL, runner_main, worker), 0);
    while (inproc_waiting(worker, &down) != 0) {
        (void)sched_yield();
    }
    (void)pthread_mutex_lock(&worker->lock);
    worker->stopping = 1;
    (void)pthread_cond_signal(&worker->to_runner);
    (void)pthread_mutex_unlock(&worker->lock);
    assert_int_equal(pthread_join(worker->runner, NULL), 0);
    assert_int_equal(answers, count);
    size_t handovers = worker->handovers;
    worker_free(worker);
    gct_arena_free(&arena);
    free(translations);
    return handovers;
}

static void what_waits_is_handed_over_together(void **state)
{
    (void)state;
    assert_int_equal(handovers_of(1), 1);
    assert_int_equal(handovers_of(BATCH), 1);
    assert_int_equal(handovers_of(BATCH + 1u), 2);
}

static void what_was_handed_over_and_has_not_begun_is_given_up_with_the_rest(void **state)
{
    struct plugin_worker *worker = worker_without_threads();
    struct gct_translation translations[4] = { 0 };
    struct gct_post *post = NULL;
    (void)state;
    assert_int_equal(inproc_submit(worker, &translations[0]), GCT_OK);
    assert_int_equal(inproc_submit(worker, &translations[1]), GCT_OK);
    assert_ptr_equal(take_next(worker), &translations[0].post);
    assert_int_equal(inproc_submit(worker, &translations[2]), GCT_OK);
    assert_int_equal(inproc_submit(worker, &translations[3]), GCT_OK);
    assert_int_equal(worker->count, 3);
    post = take_all(worker);
    for (size_t i = 1; i < GCT_COUNT(translations); i++, post = post->next) {
        assert_ptr_equal(post, &translations[i].post);
    }
    assert_null(post);
    assert_null(take_next(worker));
    assert_int_equal(worker->count, 0);
    worker_free(worker);
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
        cmocka_unit_test(what_waits_is_handed_over_together),
        cmocka_unit_test(what_was_handed_over_and_has_not_begun_is_given_up_with_the_rest),
        cmocka_unit_test(inputs_are_copied_in_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
