/* Meta's errors as data: code, subcode, what it means for us, and what a person is told.
 *
 * 9000001 is the answer to reading a message that its author has deleted. Nothing here reads messages, and
 * what is deleted is told by its own event; as the answer to a send it says that what was quoted is gone. */
#include "kit/graph/verdict.h"
#include "messenger/messenger.h"

#define ANY GCT_KIT_ANY

#define ERROR_TABLE(X)                                                                                       \
    X(1, ANY, RETRY, "Meta has an unknown problem; it is tried again.")                                      \
    X(1, 99, RETRY, "Meta has an unknown problem; it is tried again.")                                       \
    X(2, ANY, RETRY, "Meta has a temporary problem, or the person blocked the Page.")                        \
    X(1200, ANY, RETRY, "Meta could not send it for the moment.")                                            \
    X(4, ANY, RATE_LIMITED, "The app has reached its limit of calls.")                                       \
    X(17, ANY, RATE_LIMITED, "The connected user has reached the limit of calls.")                           \
    X(32, ANY, RATE_LIMITED, "The Page has reached its limit of calls.")                                     \
    X(80001, ANY, RATE_LIMITED, "The Page has reached its limit of calls.")                                  \
    X(80002, ANY, RATE_LIMITED, "The account has reached its limit of calls.")                               \
    X(80006, ANY, RATE_LIMITED, "The Page has reached its limit of messages.")                               \
    X(613, ANY, RATE_LIMITED, "Too many calls in a short time.")                                             \
    X(613, 2534040, RATE_LIMITED, "Too many messages to this person in a short time.")                       \
    X(613, 1893016, RATE_LIMITED, "The person was asked to opt in too often.")                               \
    X(613, 2018338, RATE_LIMITED, "Meta finds these messages bothersome.")                                   \
    X(10, ANY, REFUSED, "The app may not do this.")                                                          \
    X(10, 2018278, WINDOW_CLOSED, "The reply window is closed.")                                             \
    X(10, 2018065, WINDOW_CLOSED, "The reply window is closed.")                                             \
    X(10, 2534022, WINDOW_CLOSED, "The reply window is closed.")                                             \
    X(10, 2018108, UNREACHABLE, "The person cannot receive messages at the moment.")                         \
    X(10, 2018300, NOT_OWNER, "Another app controls this conversation.")                                     \
    X(10, 1893063, RESTRICTED, "Meta has restricted the Page for some time.")                                \
    X(10, 1404170, REFUSED, "The Page may not ask for notifications.")                                       \
    X(10, 1893015, REFUSED, "The person has stopped the notifications.")                                     \
    X(100, ANY, REFUSED, "Meta does not accept a part of the message.")                                      \
    X(100, 33, REFUSED, "Meta does not know the Page, or the app may not see it.")                           \
    X(100, 2018001, UNREACHABLE, "Meta knows no such person for this Page.")                                 \
    X(100, 2018008, MEDIA_REJECTED, "Meta could not fetch the attachment.")                                  \
    X(100, 2018047, MEDIA_REJECTED, "The attachment is of another type than it says.")                       \
    X(100, 2018074, MEDIA_REJECTED, "The attachment belongs to another Page.")                               \
    X(100, 2018109, MEDIA_REJECTED, "The attachment is too large.")                                          \
    X(100, 2018294, MEDIA_REJECTED, "The video took too long to fetch.")                                     \
    X(100, 2018014, REFUSED, "A message and a sender action cannot be sent together.")                       \
    X(190, ANY, AUTHORITY_LOST, "The Page's access token is invalid or has ended.")                          \
    X(200, ANY, AUTHORITY_LOST, "The app lacks a permission.")                                               \
    X(200, 2018028, AUTHORITY_LOST, "The app is not reviewed yet and may write to its own team only.")       \
    X(200, 1545041, UNREACHABLE, "The person cannot be reached.")                                            \
    X(551, ANY, UNREACHABLE, "The person cannot be reached.")                                                \
    X(551, 1545041, UNREACHABLE, "The person cannot be reached.")                                            \
    X(368, ANY, RESTRICTED, "Meta has blocked the Page for reasons of policy.")                              \
    X(2018218, ANY, REFUSED, "The person has no profile.")                                                   \
    X(2018247, ANY, REFUSED, "The app may not read profiles.")                                               \
    X(2018321, ANY, RETRY, "Messenger's automated answers hold the conversation for the moment.")            \
    X(9000001, ANY, MESSAGE_GONE, "The message that was answered was deleted.")

/* The one error that only its message tells from a bad parameter: every call will fail until an admin acts.
 */
#define PROOF "Invalid appsecret_proof"
#define PROOF_SENTENCE "The app secret is another app's than the access token."

#define AS_ROW(code_, subcode_, outcome_, sentence_)                                                         \
    { code_, subcode_, GCT_OUTCOME_##outcome_, NULL, { GCT_TEXT(sentence_) } },

static const struct gct_kit_error errors[] = {
    ERROR_TABLE(AS_ROW){ 100, ANY, GCT_OUTCOME_AUTHORITY_LOST, PROOF, { GCT_TEXT(PROOF_SENTENCE) } },
};

uint32_t messenger_classify(const struct gct_plugin *plugin, const struct gct_call *call,
                            const struct gct_http_response *reply, struct gct_verdict *verdict)
{
    const struct messenger *self = plugin->self;
    struct gct_kit kit = gct_kit_begin(call, self->json);

    gct_kit_verdict(&kit, reply, errors, sizeof(errors) / sizeof(errors[0]), verdict);
    return kit.status;
}
