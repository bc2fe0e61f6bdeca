/* The life of a ticket: its states, and the table that says which act leads where. Pure, any thread.
 *
 * Values are those of the store; names are those of the API. */
#ifndef GUICHET_CORE_MODEL_TICKET_H
#define GUICHET_CORE_MODEL_TICKET_H

#include <guichet/abi.h>

#include "base/error.h"

#define GCT_TICKET_STATUS_TABLE(X)                                                                           \
    X(OPEN, 0, "open")                                                                                       \
    X(PENDING, 1, "pending") /* waits for the customer */                                                    \
    X(SNOOZED, 2, "snoozed") /* waits for a time */                                                          \
    X(SOLVED, 3, "solved")   /* answered; a customer's message reopens it for a while */                     \
    X(CLOSED, 4, "closed")   /* for good: no longer the live ticket of its conversation */

#define GCT_TICKET_AS_ENUM(name, value, text) GCT_TICKET_##name = value,
enum gct_ticket_status { GCT_TICKET_STATUS_TABLE(GCT_TICKET_AS_ENUM) GCT_TICKET_STATUS_COUNT };
#undef GCT_TICKET_AS_ENUM

#define GCT_PRIORITY_TABLE(X)                                                                                \
    X(LOW, 0, "low") X(NORMAL, 1, "normal") X(HIGH, 2, "high") X(URGENT, 3, "urgent")

#define GCT_PRIORITY_AS_ENUM(name, value, text) GCT_PRIORITY_##name = value,
enum gct_priority { GCT_PRIORITY_TABLE(GCT_PRIORITY_AS_ENUM) GCT_PRIORITY_COUNT };
#undef GCT_PRIORITY_AS_ENUM

/* What can happen to a ticket's status. Columns: what it becomes when it was open, pending, snoozed, solved,
 * closed. NEW: this ticket stays (or becomes) closed and another one opens. NO: refused, a closed ticket is
 * left alone. */
#define GCT_TICKET_NEW 100
#define GCT_TICKET_NO 101

#define GCT_TICKET_ACT_TABLE(X)                                                                              \
    /* the customer wrote, within reopen_hours of the solving */                                             \
    X(CUSTOMER_WROTE, OPEN, OPEN, OPEN, OPEN, NEW)                                                           \
    /* the customer wrote, later than that */                                                                \
    X(CUSTOMER_WROTE_LATE, OPEN, OPEN, OPEN, NEW, NEW)                                                       \
    /* something else than the customer's message came: our side's answer elsewhere, a standby message */    \
    X(OTHERS_WROTE, OPEN, PENDING, SNOOZED, SOLVED, NEW)                                                     \
    X(SET_OPEN, OPEN, OPEN, OPEN, OPEN, NO)                                                                  \
    X(SET_PENDING, PENDING, PENDING, PENDING, PENDING, NO)                                                   \
    X(SET_SNOOZED, SNOOZED, SNOOZED, SNOOZED, SNOOZED, NO)                                                   \
    X(SET_SOLVED, SOLVED, SOLVED, SOLVED, SOLVED, NO)                                                        \
    X(SET_CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, NO)                                                        \
    X(SNOOZE_OVER, OPEN, PENDING, OPEN, SOLVED, CLOSED)                                                      \
    X(REOPEN_OVER, OPEN, PENDING, SNOOZED, CLOSED, CLOSED)

#define GCT_TICKET_ACT_AS_ENUM(name, a, b, c, d, e) GCT_ACT_##name,
enum gct_ticket_act { GCT_TICKET_ACT_TABLE(GCT_TICKET_ACT_AS_ENUM) GCT_TICKET_ACT_COUNT };
#undef GCT_TICKET_ACT_AS_ENUM

/* The cell of the table: an enum gct_ticket_status, GCT_TICKET_NEW or GCT_TICKET_NO. */
int gct_ticket_next(enum gct_ticket_act act, enum gct_ticket_status status);

/* The act by which a person sets a status. */
enum gct_ticket_act gct_ticket_set_act(enum gct_ticket_status status);

/* "open", … ; "unknown" for a number that is none. Readers: GCT_NOT_FOUND for a text that is none. */
const char *gct_ticket_status_name(uint32_t status);
GCT_NODISCARD enum gct_status gct_ticket_status_read(struct gct_slice text, enum gct_ticket_status *out);
const char *gct_priority_name(uint32_t priority);
GCT_NODISCARD enum gct_status gct_priority_read(struct gct_slice text, enum gct_priority *out);

/* ticket.deadline_ms when no reply window is running: sorts after all others. Last millisecond of the year
 * 9999. */
#define GCT_FAR_FUTURE_MS INT64_C(253402300799999)

/* How long a solved ticket can be reopened by its customer, when the configuration is silent. */
#define GCT_REOPEN_HOURS 72

#endif
