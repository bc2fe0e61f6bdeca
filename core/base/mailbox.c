#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/heap.h"

#define MAILBOX_MAGIC 0x4d424f58u

struct gct_mailbox {
    uint32_t magic;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct gct_post *first;
    struct gct_post *last;
    size_t count;
    size_t limit;
    int closed;
    void (*wake)(void *arg);
    void *arg;
};

struct gct_mailbox *gct_mailbox_new(size_t limit, void (*wake)(void *arg), void *arg)
{
    struct gct_mailbox *box = gct_heap_new(sizeof *box);
    pthread_condattr_t attributes;
    box->magic = MAILBOX_MAGIC;
    box->limit = limit;
    box->wake = wake;
    box->arg = arg;
    GCT_CHECK_EQ(pthread_mutex_init(&box->lock, NULL), 0);
    GCT_CHECK_EQ(pthread_condattr_init(&attributes), 0);
    GCT_CHECK_EQ(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), 0);
    GCT_CHECK_EQ(pthread_cond_init(&box->filled, &attributes), 0);
    GCT_CHECK_EQ(pthread_condattr_destroy(&attributes), 0);
    return box;
}

void gct_mailbox_free(struct gct_mailbox **box)
{
    if (*box != NULL) {
        GCT_CHECK_OBJ(*box, MAILBOX_MAGIC);
        GCT_CHECK_EQ((*box)->count, 0);
        GCT_CHECK_EQ(pthread_cond_destroy(&(*box)->filled), 0);
        GCT_CHECK_EQ(pthread_mutex_destroy(&(*box)->lock), 0);
        (*box)->magic = 0;
        free(*box);
        *box = NULL;
    }
}

/* The box is locked. */
static void append(struct gct_mailbox *box, struct gct_post *post)
{
    post->next = NULL;
    if (box->last == NULL) {
        box->first = post;
    } else {
        box->last->next = post;
    }
    box->last = post;
    box->count++;
}

/* The owner is woken only when it may be asleep. Still under the lock: once the last post is taken the owner
 * may free the box and what wakes it, so a sender does not touch either after it has unlocked. */
static void wake_and_unlock(struct gct_mailbox *box, int was_empty)
{
    if (was_empty && box->wake == NULL) {
        GCT_CHECK_EQ(pthread_cond_signal(&box->filled), 0);
    }
    if (was_empty && box->wake != NULL) {
        box->wake(box->arg);
    }
    GCT_CHECK_EQ(pthread_mutex_unlock(&box->lock), 0);
}

enum gct_status gct_mailbox_offer(struct gct_mailbox *box, struct gct_post *post)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    if (box->closed || box->count >= box->limit) {
        GCT_CHECK_EQ(pthread_mutex_unlock(&box->lock), 0);
        return GCT_AGAIN;
    }
    int was_empty = box->first == NULL;
    append(box, post);
    wake_and_unlock(box, was_empty);
    return GCT_OK;
}

void gct_mailbox_put(struct gct_mailbox *box, struct gct_post *post)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    int was_empty = box->first == NULL;
    append(box, post);
    wake_and_unlock(box, was_empty);
}

/* The box is locked. */
static struct gct_post *empty_out(struct gct_mailbox *box)
{
    struct gct_post *first = box->first;
    box->first = NULL;
    box->last = NULL;
    box->count = 0;
    return first;
}

struct gct_post *gct_mailbox_take(struct gct_mailbox *box)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    struct gct_post *first = empty_out(box);
    GCT_CHECK_EQ(pthread_mutex_unlock(&box->lock), 0);
    return first;
}

struct gct_post *gct_mailbox_wait(struct gct_mailbox *box, int64_t until_mono_ms)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK(box->wake == NULL);
    int rc = 0;
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    while (box->first == NULL && !box->closed && rc != ETIMEDOUT) {
        if (until_mono_ms < 0) {
            rc = pthread_cond_wait(&box->filled, &box->lock);
        } else {
            struct timespec until = { until_mono_ms / 1000, until_mono_ms % 1000 * 1000000 };
            rc = pthread_cond_timedwait(&box->filled, &box->lock, &until);
        }
        GCT_CHECK(rc == 0 || rc == ETIMEDOUT);
    }
    struct gct_post *first = empty_out(box);
    GCT_CHECK_EQ(pthread_mutex_unlock(&box->lock), 0);
    return first;
}

size_t gct_mailbox_run(struct gct_mailbox *box)
{
    size_t count = 0;
    struct gct_post *post = gct_mailbox_take(box);
    while (post != NULL) {
        struct gct_post *next = post->next;
        post->run(post);
        post = next;
        count++;
    }
    return count;
}

void gct_mailbox_close(struct gct_mailbox *box)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    box->closed = 1;
    wake_and_unlock(box, 1);
}

int gct_mailbox_closed(struct gct_mailbox *box)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    int closed = box->closed;
    GCT_CHECK_EQ(pthread_mutex_unlock(&box->lock), 0);
    return closed;
}

size_t gct_mailbox_count(struct gct_mailbox *box)
{
    GCT_CHECK_OBJ(box, MAILBOX_MAGIC);
    GCT_CHECK_EQ(pthread_mutex_lock(&box->lock), 0);
    size_t count = box->count;
    GCT_CHECK_EQ(pthread_mutex_unlock(&box->lock), 0);
    return count;
}
