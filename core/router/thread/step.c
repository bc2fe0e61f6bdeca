#include "router/thread/step.h"

#include "engagement/log.h"

#include "model/message.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

struct step_turn step_turn(struct step_ticket *ticket, enum step_writer writer, int64_t now_ms,
                           int64_t reopen_ms)
{
    struct step_turn turn = { .status = writer == STEP_CUSTOMER ? GCT_TICKET_OPEN : GCT_TICKET_PENDING };
    if (ticket->id == 0) {
        turn.open = 1;
        return turn;
    }
    int late = ticket->status == GCT_TICKET_SOLVED && now_ms - ticket->solved_ms > reopen_ms;
    enum gct_ticket_act act = writer != STEP_CUSTOMER ? GCT_ACT_OTHERS_WROTE
                              : late                  ? GCT_ACT_CUSTOMER_WROTE_LATE
                                                      : GCT_ACT_CUSTOMER_WROTE;
    int next = gct_ticket_next(act, ticket->status);
    if (next == GCT_TICKET_NEW) {
        turn.close = 1;
        turn.open = 1;
        return turn;
    }
    if (next != (int)ticket->status) {
        /* A ticket that opened as pending and was never touched becomes what it would have been in the other
         * order of the same events: that is no reopening. */
        turn.reopened = ticket->status_set;
        turn.reopened_from = ticket->status;
        ticket->status = (enum gct_ticket_status)next;
        ticket->status_set = turn.reopened;
        ticket->snoozed_until_ms = 0;
        ticket->solved_ms = 0;
    }
    return turn;
}

void step_wrote(struct step_ticket *ticket, enum step_writer writer, int64_t sent_ms, int reopened)
{
    if (writer == STEP_ELSEWHERE) {
        step_answered(ticket, sent_ms);
    }
    if (writer == STEP_ELSEWHERE || writer == STEP_PROGRAM) {
        return;
    }
    ticket->messages_in++;
    if (writer == STEP_CUSTOMER) {
        ticket->customer_ms = later(ticket->customer_ms, sent_ms);
        if (reopened || sent_ms > ticket->answered_ms) {
            ticket->unanswered = 1;
        }
    }
}

void step_answered(struct step_ticket *ticket, int64_t sent_ms)
{
    ticket->answered_ms = later(ticket->answered_ms, sent_ms);
    if (ticket->customer_ms <= ticket->answered_ms) {
        ticket->unanswered = 0;
    }
    if (ticket->first_response_ms == 0 || sent_ms < ticket->first_response_ms) {
        ticket->first_response_ms = sent_ms;
    }
}

void step_newest(struct step_ticket *ticket, int64_t message, int64_t sent_ms)
{
    if (ticket->last_message_id == 0 || sent_ms >= ticket->last_message_ms) {
        ticket->last_message_id = message;
        ticket->last_message_ms = sent_ms;
    }
}

int step_set(struct step_ticket *ticket, enum gct_ticket_act act, int64_t snoozed_until_ms, int64_t now_ms)
{
    int next = gct_ticket_next(act, ticket->status);
    if (next == GCT_TICKET_NO || next == GCT_TICKET_NEW) {
        return 0;
    }
    enum gct_ticket_status was = ticket->status;
    ticket->status = (enum gct_ticket_status)next;
    ticket->status_set = 1;
    ticket->snoozed_until_ms = next == GCT_TICKET_SNOOZED ? snoozed_until_ms : 0;
    if (next == GCT_TICKET_SOLVED && was != GCT_TICKET_SOLVED) {
        ticket->solved_ms = now_ms;
    } else if (next != GCT_TICKET_SOLVED && next != GCT_TICKET_CLOSED) {
        ticket->solved_ms = 0;
    }
    if (next == GCT_TICKET_SOLVED || next == GCT_TICKET_CLOSED) {
        ticket->unanswered = 0;
    }
    if (next == GCT_TICKET_CLOSED) {
        ticket->closed_ms = now_ms;
    }
    return 1;
}

enum gct_engagement_kind step_message_kind(const struct gct_event_message *message)
{
    if (message->context != NULL && message->context->kind == GCT_CONTEXT_STORY_REPLY) {
        return GCT_ENGAGEMENT_STORY_REPLIED;
    }
    if (message->context != NULL && message->context->kind == GCT_CONTEXT_STORY_MENTION) {
        return GCT_ENGAGEMENT_STORY_MENTIONED;
    }
    if (message->attachment_count == 0) {
        return GCT_ENGAGEMENT_MESSAGE_RECEIVED;
    }
    switch (message->attachments[0]->kind) {
    case GCT_ATTACHMENT_STORY_REPLY: return GCT_ENGAGEMENT_STORY_REPLIED;
    case GCT_ATTACHMENT_STORY_MENTION: return GCT_ENGAGEMENT_STORY_MENTIONED;
    case GCT_ATTACHMENT_SHARE:
    case GCT_ATTACHMENT_POST:
    case GCT_ATTACHMENT_REEL: return GCT_ENGAGEMENT_SHARE_RECEIVED;
    default: return GCT_ENGAGEMENT_MESSAGE_RECEIVED;
    }
}

uint32_t step_content_kind(const struct gct_event_message *message)
{
    return message->attachment_count == 0 ? GCT_ABOUT_TEXT : message->attachments[0]->kind;
}
