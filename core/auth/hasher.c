#include "auth/hasher.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/heap.h"

#define HASHER_THREADS 2u
#define HASHER_WAITING 10u /* for each thread */

struct hash_thread {
    pthread_t thread;
    struct gct_mailbox *box;
};

struct gct_hasher {
    struct hash_thread threads[HASHER_THREADS];
};

static void run_job(struct gct_post *post)
{
    struct gct_hash_job *job = GCT_STRUCT_OF(post, gct_hash_job, post);
    struct gct_slice password = { job->password, job->password_len };
    int outdated = 0;
    job->renewed[0] = '\0';
    job->status = gct_password_check(password, job->phc, &outdated);
    if (outdated && gct_password_hash(password, job->renewed, NULL) != GCT_OK) {
        job->renewed[0] = '\0'; /* the old hash still serves */
    }
    gct_wipe(job->password, sizeof job->password);
    job->done(job);
}

static void *hash_loop(void *arg)
{
    struct hash_thread *self = arg;
    struct gct_post *post = gct_mailbox_wait(self->box, -1);
    while (post != NULL || !gct_mailbox_closed(self->box)) {
        while (post != NULL) {
            struct gct_post *next = post->next;
            post->run(post);
            post = next;
        }
        post = gct_mailbox_wait(self->box, -1);
    }
    return NULL;
}

struct gct_hasher *gct_hasher_new(void)
{
    struct gct_hasher *hasher = gct_heap_new(sizeof *hasher);
    for (size_t i = 0; i < HASHER_THREADS; i++) {
        hasher->threads[i].box = gct_mailbox_new(HASHER_WAITING, NULL, NULL);
        GCT_CHECK_EQ(pthread_create(&hasher->threads[i].thread, NULL, hash_loop, &hasher->threads[i]), 0);
    }
    return hasher;
}

void gct_hasher_free(struct gct_hasher **hasher)
{
    if (*hasher == NULL) {
        return;
    }
    for (size_t i = 0; i < HASHER_THREADS; i++) {
        gct_mailbox_close((*hasher)->threads[i].box);
        GCT_CHECK_EQ(pthread_join((*hasher)->threads[i].thread, NULL), 0);
        gct_mailbox_free(&(*hasher)->threads[i].box);
    }
    free(*hasher);
    *hasher = NULL;
}

enum gct_status gct_hasher_check(struct gct_hasher *hasher, struct gct_hash_job *job)
{
    struct hash_thread *best = &hasher->threads[0];
    for (size_t i = 1; i < HASHER_THREADS; i++) {
        if (gct_mailbox_count(hasher->threads[i].box) < gct_mailbox_count(best->box)) {
            best = &hasher->threads[i];
        }
    }
    job->post.run = run_job;
    return gct_mailbox_offer(best->box, &job->post);
}
