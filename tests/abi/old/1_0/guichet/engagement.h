/* The vocabulary of the engagement log. A plugin names from it what its channel can report; the core writes
 * the log itself, from the events that a plugin emits. */
#ifndef GUICHET_ENGAGEMENT_H
#define GUICHET_ENGAGEMENT_H

/* name, value, type in the log. Values never change. */
#define GCT_ENGAGEMENT_TABLE(X)                                                                              \
    X(CONTACT_STARTED, 1, "contact.started")                                                                 \
    X(CONTACT_REFERRED, 2, "contact.referred")                                                               \
    X(CONTACT_OPTED_IN, 3, "contact.opted_in")                                                               \
    X(CONTACT_OPTED_OUT, 4, "contact.opted_out")                                                             \
    X(CONTACT_BLOCKED, 5, "contact.blocked")                                                                 \
    X(CONTACT_UNBLOCKED, 6, "contact.unblocked")                                                             \
    X(CONTACT_REPORTED, 7, "contact.reported")                                                               \
    X(CONTACT_LINKED, 8, "contact.linked")                                                                   \
    X(CONTACT_UNLINKED, 9, "contact.unlinked")                                                               \
    X(CONTACT_LABELLED, 10, "contact.labelled")                                                              \
    X(CONTACT_ERASED, 11, "contact.erased")                                                                  \
    X(MESSAGE_RECEIVED, 12, "message.received")                                                              \
    X(MESSAGE_SENT, 13, "message.sent")                                                                      \
    X(MESSAGE_DELIVERED, 14, "message.delivered")                                                            \
    X(MESSAGE_READ, 15, "message.read")                                                                      \
    X(MESSAGE_FAILED, 16, "message.failed")                                                                  \
    X(MESSAGE_REACTED, 17, "message.reacted")                                                                \
    X(MESSAGE_UNSENT, 18, "message.unsent")                                                                  \
    X(SHARE_RECEIVED, 19, "share.received")                                                                  \
    X(STORY_REPLIED, 20, "story.replied")                                                                    \
    X(STORY_MENTIONED, 21, "story.mentioned")                                                                \
    X(LINK_OPENED, 22, "link.opened")                                                                        \
    X(WINDOW_OPENED, 23, "window.opened")                                                                    \
    X(WINDOW_EXTENDED, 24, "window.extended")                                                                \
    X(WINDOW_EXPIRED, 25, "window.expired")                                                                  \
    X(AUTOMATION_DISCLOSED, 26, "automation.disclosed")                                                      \
    X(HANDOVER_TO_AUTOMATION, 27, "handover.to_automation")                                                  \
    X(HANDOVER_TO_HUMAN, 28, "handover.to_human")                                                            \
    X(TICKET_OPENED, 29, "ticket.opened")                                                                    \
    X(TICKET_ASSIGNED, 30, "ticket.assigned")                                                                \
    X(TICKET_PENDING, 31, "ticket.pending")                                                                  \
    X(TICKET_SNOOZED, 32, "ticket.snoozed")                                                                  \
    X(TICKET_SOLVED, 33, "ticket.solved")                                                                    \
    X(TICKET_REOPENED, 34, "ticket.reopened")                                                                \
    X(TICKET_CLOSED, 35, "ticket.closed")                                                                    \
    X(TICKET_TAGGED, 36, "ticket.tagged")                                                                    \
    X(FLAG_RAISED, 37, "flag.raised")                                                                        \
    X(FLAG_CLEARED, 38, "flag.cleared")                                                                      \
    X(SURVEY_ANSWERED, 39, "survey.answered")                                                                \
    X(CORRECTION_RETRACTED, 40, "correction.retracted")                                                      \
    X(LOG_SEALED, 41, "log.sealed")

#define GCT_ENGAGEMENT_AS_ENUM(name, value, text) GCT_ENGAGEMENT_##name = value,
enum gct_engagement_kind { GCT_ENGAGEMENT_TABLE(GCT_ENGAGEMENT_AS_ENUM) GCT_ENGAGEMENT_COUNT };
#undef GCT_ENGAGEMENT_AS_ENUM

#endif
