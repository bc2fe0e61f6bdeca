#include "net/loop.c"

#include "cmocka_all.h"

#include "base/clock.h"

struct bell {
    struct gct_timer timer;
    struct gct_loop *loop;
    struct bell *other;
    int64_t rung_ms;
    int stops;
};

static void ring(struct gct_timer *timer)
{
    struct bell *bell = GCT_STRUCT_OF(timer, bell, timer);

    bell->rung_ms = gct_clock_mono_ms();
    if (bell->other != NULL)
        gct_timer_cancel(&bell->other->timer);
    if (bell->stops)
        gct_loop_stop(bell->loop);
}

static struct gct_loop *loop_of(void)
{
    struct gct_loop_options options = { .box_limit = 2 };
    struct gct_loop *loop = NULL;
    struct gct_error err;

    assert_int_equal(gct_loop_new(&options, &loop, &err), GCT_OK);
    return loop;
}

static void timers_fire_in_order_and_not_when_cancelled(void **state)
{
    struct gct_loop *loop = loop_of();
    struct bell never = { .loop = loop, .timer.fire = ring };
    struct bell first = { .loop = loop, .timer.fire = ring, .other = &never };
    struct bell last = { .loop = loop, .timer.fire = ring, .stops = 1 };
    int64_t begin = gct_clock_mono_ms();

    (void)state;
    assert_false(gct_timer_running(&never.timer));
    gct_timer_cancel(&never.timer);
    gct_timer_start(loop, &last.timer, 120);
    gct_timer_start(loop, &never.timer, 60);
    gct_timer_start(loop, &first.timer, 500);
    gct_timer_start(loop, &first.timer, 20);
    assert_true(gct_timer_running(&never.timer));
    gct_loop_run(loop);
    assert_int_equal(never.rung_ms, 0);
    assert_true(first.rung_ms - begin >= 19 && first.rung_ms < last.rung_ms);
    assert_true(last.rung_ms - begin >= 119);
    assert_false(gct_timer_running(&last.timer));
    gct_loop_free(&loop);
    assert_null(loop);
    gct_loop_free(&loop);
}

struct errand {
    struct gct_post post;
    struct gct_loop *loop;
    pthread_t ran_on;
    int runs;
};

static void errand_run(struct gct_post *post)
{
    struct errand *errand = GCT_STRUCT_OF(post, errand, post);

    errand->ran_on = pthread_self();
    errand->runs++;
    gct_loop_stop(errand->loop);
}

static void *errand_post(void *arg)
{
    struct errand *errand = arg;

    assert_int_equal(gct_mailbox_offer(gct_loop_box(errand->loop), &errand->post), GCT_OK);
    return NULL;
}

static void what_another_thread_posts_runs_on_the_loop(void **state)
{
    struct gct_loop *loop = loop_of();
    struct errand errand = { .post.run = errand_run, .loop = loop };

    (void)state;
    for (int i = 1; i <= 100; i++) {
        pthread_t thread;

        pthread_create(&thread, NULL, errand_post, &errand);
        gct_loop_run(loop);
        pthread_join(thread, NULL);
        assert_int_equal(errand.runs, i);
        assert_true(pthread_equal(errand.ran_on, pthread_self()));
    }
    gct_loop_free(&loop);
}

static void a_signal_stops_a_loop_that_was_told_nothing_else(void **state)
{
    struct gct_loop *loop = loop_of();

    (void)state;
    kill(getpid(), SIGHUP);
    kill(getpid(), SIGTERM);
    gct_loop_run(loop);
    gct_loop_free(&loop);
}

struct ear {
    struct gct_watch watch;
    struct gct_loop *loop;
    int fd;
    int heard;
};

static void hear(struct gct_watch *watch, unsigned events)
{
    struct ear *ear = GCT_STRUCT_OF(watch, ear, watch);
    char byte;

    assert_int_equal(events, GCT_WATCH_READ);
    assert_int_equal(read(ear->fd, &byte, 1), 1);
    if (++ear->heard < 3)
        return;
    gct_watch_set(ear->loop, watch, ear->fd, 0);
    gct_loop_stop(ear->loop);
}

static void a_watched_descriptor_is_heard_until_it_is_not(void **state)
{
    struct gct_loop *loop = loop_of();
    int ends[2];
    struct ear ear = { .watch.ready = hear, .loop = loop };

    (void)state;
    assert_int_equal(pipe(ends), 0);
    ear.fd = ends[0];
    assert_int_equal(write(ends[1], "four", 4), 4);
    gct_watch_set(loop, &ear.watch, ends[0], GCT_WATCH_READ);
    gct_loop_run(loop);
    assert_int_equal(ear.heard, 3);
    close(ends[0]);
    close(ends[1]);
    gct_loop_free(&loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_order_and_not_when_cancelled),
        cmocka_unit_test(what_another_thread_posts_runs_on_the_loop),
        cmocka_unit_test(a_signal_stops_a_loop_that_was_told_nothing_else),
        cmocka_unit_test(a_watched_descriptor_is_heard_until_it_is_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
