#include "model/ticket.h"

#include "model/names.h"

#define AS_NAME(name, value, text) { value, text },
static const struct gct_name STATUS[] = { GCT_TICKET_STATUS_TABLE(AS_NAME) };
static const struct gct_name PRIORITY[] = { GCT_PRIORITY_TABLE(AS_NAME) };

#define AS_ROW(name, a, b, c, d, e)                                                                          \
    { GCT_TICKET_##a, GCT_TICKET_##b, GCT_TICKET_##c, GCT_TICKET_##d, GCT_TICKET_##e },
static const int NEXT[GCT_TICKET_ACT_COUNT][GCT_TICKET_STATUS_COUNT] = { GCT_TICKET_ACT_TABLE(AS_ROW) };

int gct_ticket_next(enum gct_ticket_act act, enum gct_ticket_status status)
{
    GCT_CHECK((unsigned)act < GCT_TICKET_ACT_COUNT);
    GCT_CHECK((unsigned)status < GCT_TICKET_STATUS_COUNT);
    return NEXT[act][status];
}

enum gct_ticket_act gct_ticket_set_act(enum gct_ticket_status status)
{
    static const enum gct_ticket_act ACTS[] = { GCT_ACT_SET_OPEN, GCT_ACT_SET_PENDING, GCT_ACT_SET_SNOOZED,
                                                GCT_ACT_SET_SOLVED, GCT_ACT_SET_CLOSED };
    GCT_CHECK((unsigned)status < GCT_TICKET_STATUS_COUNT);
    return ACTS[status];
}

const char *gct_ticket_status_name(uint32_t status)
{
    return gct_name_of(STATUS, GCT_COUNT(STATUS), status, "unknown");
}

enum gct_status gct_ticket_status_read(struct gct_slice text, enum gct_ticket_status *out)
{
    uint32_t value = 0;
    enum gct_status status = gct_name_read(STATUS, GCT_COUNT(STATUS), text, &value);
    *out = (enum gct_ticket_status)value;
    return status;
}

const char *gct_priority_name(uint32_t priority)
{
    return gct_name_of(PRIORITY, GCT_COUNT(PRIORITY), priority, "unknown");
}

enum gct_status gct_priority_read(struct gct_slice text, enum gct_priority *out)
{
    uint32_t value = 0;
    enum gct_status status = gct_name_read(PRIORITY, GCT_COUNT(PRIORITY), text, &value);
    *out = (enum gct_priority)value;
    return status;
}
