#include "daemon/worker.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/heap.h"

#define TIDY_EVERY_MS (10 * GCT_SECOND_MS)

struct gct_worker {
    pthread_t thread;
    struct gct_mailbox *box;
};

static void *work(void *arg)
{
    struct gct_worker *worker = arg;
    for (;;) {
        int closed = gct_mailbox_closed(worker->box);
        struct gct_post *post = gct_mailbox_wait(worker->box, gct_clock_mono_ms() + TIDY_EVERY_MS);
        if (post == NULL && closed) {
            return NULL;
        }
        if (post == NULL) {
            gct_heap_tidy();
        }
        while (post != NULL) {
            struct gct_post *next = post->next;
            post->run(post);
            post = next;
        }
    }
}

struct gct_worker *gct_worker_new(void)
{
    struct gct_worker *worker = gct_heap_new(sizeof *worker);
    worker->box = gct_mailbox_new(SIZE_MAX, NULL, NULL);
    GCT_CHECK_EQ(pthread_create(&worker->thread, NULL, work, worker), 0);
    return worker;
}

void gct_worker_free(struct gct_worker **worker)
{
    if (*worker != NULL) {
        gct_mailbox_close((*worker)->box);
        GCT_CHECK_EQ(pthread_join((*worker)->thread, NULL), 0);
        (void)gct_mailbox_run((*worker)->box);
        gct_mailbox_free(&(*worker)->box);
        free(*worker);
        *worker = NULL;
    }
}

void gct_worker_do(struct gct_worker *worker, struct gct_post *post)
{
    gct_mailbox_put(worker->box, post);
}

/* What stands at the end of the queue when somebody waits for it. */
struct mark {
    struct gct_post post;
    sem_t reached;
};

static void reach(struct gct_post *post)
{
    struct mark *mark = GCT_STRUCT_OF(post, mark, post);
    GCT_CHECK_EQ(sem_post(&mark->reached), 0);
}

void gct_worker_wait(struct gct_worker *worker)
{
    struct mark mark = { .post = { .run = reach } };
    GCT_CHECK_EQ(sem_init(&mark.reached, 0, 0u), 0);
    gct_worker_do(worker, &mark.post);
    while (sem_wait(&mark.reached) != 0) {}
    GCT_CHECK_EQ(sem_destroy(&mark.reached), 0);
}
