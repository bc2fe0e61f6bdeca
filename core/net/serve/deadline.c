#include "net/serve/deadline.h"

#include <utlist.h>

#include "base/check.h"

void net_deadline_set(struct net_deadline *deadline, struct net_span *span, int64_t now_ms)
{
    net_deadline_clear(deadline);
    deadline->span = span;
    deadline->due_ms = now_ms + span->length_ms;
    DL_APPEND(span->first, deadline);
}

void net_deadline_clear(struct net_deadline *deadline)
{
    if (deadline->span == NULL)
        return;
    DL_DELETE(deadline->span->first, deadline);
    deadline->span = NULL;
}

struct net_deadline *net_span_take(struct net_span *span, int64_t now_ms)
{
    struct net_deadline *first = span->first;

    if (first == NULL || first->due_ms > now_ms)
        return NULL;
    net_deadline_clear(first);
    return first;
}
