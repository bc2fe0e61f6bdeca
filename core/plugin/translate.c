#include "plugin/translate.h"

#include <pthread.h>
#include <string.h>

#include "base/slice.h"
#include "plugin/instance.h"

static int has_input(const struct gct_translation *translation)
{
    switch (translation->kind) {
    case GCT_DECODE: return translation->hook != NULL;
    case GCT_ENCODE: return translation->message != NULL;
    case GCT_CLASSIFY:
    case GCT_PROFILE_READ: return translation->reply != NULL;
    case GCT_PROFILE_REQUEST: return translation->account.len != 0 && translation->customer.len != 0;
    }
    return 0;
}

enum gct_status gct_translate(struct gct_instance *instance, struct gct_translation *translation)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    GCT_CHECK(translation->arena != NULL && translation->done != NULL && has_input(translation));
    translation->status = GCT_OK;
    translation->fault = GCT_FAULT_NONE;
    translation->reason = GCT_EMPTY;
    translation->events = NULL;
    translation->event_count = 0;
    translation->requests = NULL;
    translation->request_count = 0;
    memset(&translation->verdict, 0, sizeof translation->verdict);
    memset(&translation->profile, 0, sizeof translation->profile);
    return instance->is_quiet ? GCT_UNAVAILABLE : instance->backend->submit(instance->worker, translation);
}

struct waiting {
    struct gct_translation inner;
    pthread_mutex_t lock;
    pthread_cond_t answered;
    int is_answered;
};

static void wake(struct gct_translation *inner)
{
    struct waiting *waiting = GCT_STRUCT_OF(inner, waiting, inner);
    (void)pthread_mutex_lock(&waiting->lock);
    waiting->is_answered = 1;
    (void)pthread_cond_signal(&waiting->answered);
    (void)pthread_mutex_unlock(&waiting->lock);
}

enum gct_status gct_translate_wait(struct gct_instance *instance, struct gct_translation *translation)
{
    struct waiting waiting = { .inner = *translation };
    waiting.inner.done = wake;
    GCT_CHECK_EQ(pthread_mutex_init(&waiting.lock, NULL), 0);
    GCT_CHECK_EQ(pthread_cond_init(&waiting.answered, NULL), 0);
    enum gct_status st = gct_translate(instance, &waiting.inner);
    (void)pthread_mutex_lock(&waiting.lock);
    while (st == GCT_OK && !waiting.is_answered) {
        (void)pthread_cond_wait(&waiting.answered, &waiting.lock);
    }
    (void)pthread_mutex_unlock(&waiting.lock);
    (void)pthread_cond_destroy(&waiting.answered);
    (void)pthread_mutex_destroy(&waiting.lock);
    waiting.inner.done = translation->done;
    waiting.inner.post = translation->post;
    *translation = waiting.inner;
    return st;
}
