/* What the files of decode/ know of each other: one reader for each kind of event, listed in hook.c. */
#ifndef GUICHET_PLUGINS_MESSENGER_DECODE_DECODE_H
#define GUICHET_PLUGINS_MESSENGER_DECODE_DECODE_H

#include "kit/graph/envelope.h"
#include "messenger/messenger.h"

struct messenger_decoder {
    struct gct_kit kit;
    const struct messenger *self;
};

/* A reader gets one item and the value of the member that it is for, and emits what that means. False: it is
 * not what the platform documents, or a part of it is not; the member is kept as an unknown one beside what
 * was understood of it. */
typedef bool messenger_reader(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                              const struct gct_json_value *value);

/* message.c: a message or an echo, a postback */
messenger_reader messenger_read_message;
messenger_reader messenger_read_postback;

/* signal.c: what happens to a message that is already there */
messenger_reader messenger_read_edit;
messenger_reader messenger_read_reaction;
messenger_reader messenger_read_delivery;
messenger_reader messenger_read_read;
messenger_reader messenger_read_response_feedback;

/* contact.c: how a customer came and what he allows */
messenger_reader messenger_read_referral;
messenger_reader messenger_read_optin;
messenger_reader messenger_read_linking;

/* thread.c: who owns the thread, and what the platform says to the Page */
messenger_reader messenger_read_pass;
messenger_reader messenger_read_take;
messenger_reader messenger_read_request;
messenger_reader messenger_read_roles;
messenger_reader messenger_read_policy;

/* form.c: answers that a customer gives by filling something in */
messenger_reader messenger_read_order;
messenger_reader messenger_read_survey;
messenger_reader messenger_read_information;

/* comment.c: a comment under a post of the Page: in public. Always understood, for the rest of the feed is
 * none of our business. */
void messenger_read_feed(struct messenger_decoder *decoder, const struct gct_event *entry,
                         const struct gct_json_value *value);

/* contact.c: a REFERRAL event with a context that a reader has found beside something else. */
void messenger_emit_referral(struct messenger_decoder *decoder, const struct gct_event *head,
                             const struct gct_context *context);

/* message.c: whether this app is the Page inbox, in which people write. */
bool messenger_is_inbox(const struct messenger_decoder *decoder, struct gct_slice app);

/* The time of an item as a part of a key. */
struct gct_slice messenger_time_text(struct messenger_decoder *decoder, const struct gct_event *head);

#endif
