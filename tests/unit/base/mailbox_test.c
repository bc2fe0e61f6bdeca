#include <sched.h>

#include "base/mailbox.c"
#include "cmocka_all.h"

struct item {
    struct gct_post post;
    unsigned number;
    unsigned *sum;
};

static void add_to_sum(struct gct_post *post)
{
    struct item *item = GCT_STRUCT_OF(post, item, post);
    *item->sum = *item->sum * 10u + item->number;
}

static void posts_run_in_order_and_offers_stop_at_the_limit(void **state)
{
    (void)state;
    unsigned sum = 0;
    struct item items[4];
    struct gct_mailbox *box = gct_mailbox_new(2u, NULL, NULL);
    for (unsigned i = 0; i < 4u; i++) {
        items[i] = (struct item){ .post = { NULL, add_to_sum }, .number = i + 1u, .sum = &sum };
    }
    assert_int_equal(gct_mailbox_offer(box, &items[0].post), GCT_OK);
    assert_int_equal(gct_mailbox_offer(box, &items[1].post), GCT_OK);
    assert_int_equal(gct_mailbox_offer(box, &items[2].post), GCT_AGAIN);
    gct_mailbox_put(box, &items[3].post);
    assert_int_equal(gct_mailbox_count(box), 3);
    assert_int_equal(gct_mailbox_run(box), 3);
    assert_int_equal(sum, 124);
    gct_mailbox_close(box);
    assert_int_equal(gct_mailbox_offer(box, &items[0].post), GCT_AGAIN);
    assert_true(gct_mailbox_closed(box));
    gct_mailbox_free(&box);
    assert_null(box);
}

static void count_wake(void *arg)
{
    (*(unsigned *)arg)++;
}

static void the_owner_is_woken_once_for_many_posts(void **state)
{
    (void)state;
    unsigned wakes = 0;
    unsigned sum = 0;
    struct gct_mailbox *box = gct_mailbox_new(10u, count_wake, &wakes);
    struct item items[3];
    for (unsigned i = 0; i < 3u; i++) {
        items[i] = (struct item){ .post = { NULL, add_to_sum }, .number = 1u, .sum = &sum };
        assert_int_equal(gct_mailbox_offer(box, &items[i].post), GCT_OK);
    }
    assert_int_equal(wakes, 1);
    assert_int_equal(gct_mailbox_run(box), 3);
    gct_mailbox_put(box, &items[0].post);
    assert_int_equal(wakes, 2);
    assert_int_equal(gct_mailbox_run(box), 1);
    gct_mailbox_free(&box);
}

static void waiting_ends_at_its_time(void **state)
{
    (void)state;
    struct gct_mailbox *box = gct_mailbox_new(1u, NULL, NULL);
    int64_t until = gct_clock_mono_ms() + 20;
    assert_null(gct_mailbox_wait(box, until));
    assert_true(gct_clock_mono_ms() >= until);
    gct_mailbox_free(&box);
}

#define POSTERS 4u
#define POSTS 5000u

struct poster {
    pthread_t thread;
    struct gct_mailbox *box;
    struct item *items;
};

static void *post_all(void *arg)
{
    struct poster *poster = arg;
    for (unsigned i = 0; i < POSTS; i++) {
        while (gct_mailbox_offer(poster->box, &poster->items[i].post) != GCT_OK) {
            sched_yield();
        }
    }
    return NULL;
}

static void count_one(struct gct_post *post)
{
    struct item *item = GCT_STRUCT_OF(post, item, post);
    (*item->sum)++;
}

static void nothing_is_lost_between_threads(void **state)
{
    (void)state;
    unsigned sum = 0;
    struct gct_mailbox *box = gct_mailbox_new(64u, NULL, NULL);
    struct poster posters[POSTERS];
    for (unsigned p = 0; p < POSTERS; p++) {
        posters[p] = (struct poster){ .box = box, .items = gct_heap_array(POSTS, sizeof(struct item)) };
        for (unsigned i = 0; i < POSTS; i++) {
            posters[p].items[i] = (struct item){ .post = { NULL, count_one }, .sum = &sum };
        }
        assert_int_equal(pthread_create(&posters[p].thread, NULL, post_all, &posters[p]), 0);
    }
    while (sum < POSTERS * POSTS) {
        struct gct_post *post = gct_mailbox_wait(box, -1);
        while (post != NULL) {
            struct gct_post *next = post->next;
            post->run(post);
            post = next;
        }
    }
    for (unsigned p = 0; p < POSTERS; p++) {
        assert_int_equal(pthread_join(posters[p].thread, NULL), 0);
        free(posters[p].items);
    }
    assert_int_equal(sum, POSTERS * POSTS);
    gct_mailbox_free(&box);
}

/* An owner that is woken by wake, and ends as soon as the post has run. */
struct short_lived {
    struct gct_post post;
    struct gct_mailbox *box;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    int awake;
};

static void wake_short_lived(void *arg)
{
    struct short_lived *owner = arg;
    pthread_mutex_lock(&owner->lock);
    owner->awake = 1;
    pthread_cond_signal(&owner->woken);
    pthread_mutex_unlock(&owner->lock);
}

static void nothing(struct gct_post *post)
{
    (void)post;
}

static void *put_one(void *arg)
{
    struct short_lived *owner = arg;
    gct_mailbox_put(owner->box, &owner->post);
    return NULL;
}

/* Regression: a poster read the box after it had unlocked it, while its owner freed it. The thread sanitizer
 * sees it. */
static void an_owner_may_free_the_box_once_it_has_the_last_post(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 200u; round++) {
        struct short_lived owner = { .post = { NULL, nothing } };
        pthread_t poster;
        int has_wake = round % 2u == 0;
        pthread_mutex_init(&owner.lock, NULL);
        pthread_cond_init(&owner.woken, NULL);
        owner.box = gct_mailbox_new(1u, has_wake ? wake_short_lived : NULL, &owner);
        assert_int_equal(pthread_create(&poster, NULL, put_one, &owner), 0);
        if (has_wake) {
            pthread_mutex_lock(&owner.lock);
            while (!owner.awake) {
                pthread_cond_wait(&owner.woken, &owner.lock);
            }
            pthread_mutex_unlock(&owner.lock);
            assert_int_equal(gct_mailbox_run(owner.box), 1);
        } else {
            assert_ptr_equal(gct_mailbox_wait(owner.box, -1), &owner.post);
        }
        gct_mailbox_free(&owner.box);
        pthread_join(poster, NULL);
        pthread_cond_destroy(&owner.woken);
        pthread_mutex_destroy(&owner.lock);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_run_in_order_and_offers_stop_at_the_limit),
        cmocka_unit_test(the_owner_is_woken_once_for_many_posts),
        cmocka_unit_test(waiting_ends_at_its_time),
        cmocka_unit_test(nothing_is_lost_between_threads),
        cmocka_unit_test(an_owner_may_free_the_box_once_it_has_the_last_post),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
