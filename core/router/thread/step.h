/* The router's decisions: what an act does to a ticket. Pure functions from state and act to the next state;
 * they read no clock and touch no store, so that every order of events can be tried in a test. */
#ifndef GUICHET_CORE_ROUTER_THREAD_STEP_H
#define GUICHET_CORE_ROUTER_THREAD_STEP_H

#include <guichet/engagement.h>
#include <guichet/event.h>

#include "model/ticket.h"

/* The live ticket of a conversation; columns of the same names. Times in UTC milliseconds, 0: none. */
struct step_ticket {
    int64_t id; /* 0: there is none */
    enum gct_ticket_status status;
    int status_set;
    int unanswered;
    int64_t customer_ms;
    int64_t answered_ms;
    int64_t messages_in;
    int64_t last_message_id;
    int64_t last_message_ms;
    int64_t deadline_ms;
    int64_t first_response_ms;
    int64_t solved_ms;
    int64_t closed_ms;
    int64_t snoozed_until_ms;
};

enum step_writer {
    STEP_CUSTOMER,  /* to us */
    STEP_STANDBY,   /* the customer, while another application owns the thread */
    STEP_ELSEWHERE, /* a person of our side, not through us */
    STEP_PROGRAM    /* a program of our side, not through us: no answer of a person */
};

/* What must be done before the message can be put into the ticket. */
struct step_turn {
    int close; /* the live ticket is over: close it */
    int open;  /* a new one opens, in status */
    enum gct_ticket_status status;
    int reopened; /* the live ticket goes back to open, which somebody had changed */
    enum gct_ticket_status reopened_from;
};

/* A message of this writer comes at now_ms: which ticket does it belong to? Changes nothing but the status of
 * a ticket that goes back to open. */
struct step_turn step_turn(struct step_ticket *ticket, enum step_writer writer, int64_t now_ms,
                           int64_t reopen_ms);

/* The message of sent_ms is in the ticket now. reopened: it brought it back from solved. */
void step_wrote(struct step_ticket *ticket, enum step_writer writer, int64_t sent_ms, int reopened);

/* A person's answer reached the platform at sent_ms. */
void step_answered(struct step_ticket *ticket, int64_t sent_ms);

/* The newest message that is not a system line: later platform time, then later arrival. */
void step_newest(struct step_ticket *ticket, int64_t message, int64_t sent_ms);

/* Somebody, or a timer, sets a status. 0: refused (closed), nothing changed. */
int step_set(struct step_ticket *ticket, enum gct_ticket_act act, int64_t snoozed_until_ms, int64_t now_ms);

/* Which event of the log a customer's message is. */
enum gct_engagement_kind step_message_kind(const struct gct_event_message *message);

/* The kind column of it: the first attachment's, else GCT_ABOUT_TEXT. */
uint32_t step_content_kind(const struct gct_event_message *message);

#endif
