/* Loads and opens well, and misbehaves in its calls. The body of the hook, the text of the message or the
 * body of the reply begins with the name of the misdeed. */
#define BAD_NAME "liar"
#define BAD_OPEN open_liar
#include <guichet/guichet.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static uint32_t open_liar(const struct gct_call *call, const struct gct_config *config,
                          struct gct_plugin **out);
#include "bad.h"

#define TEXT(literal) ((struct gct_slice){ literal, sizeof(literal) - 1 })

static int is(struct gct_slice said, const char *word)
{
    size_t len = strlen(word);
    return said.len >= len && memcmp(said.ptr, word, len) == 0 && (said.len == len || said.ptr[len] == ' ');
}

static struct gct_event_message message_of(struct gct_slice text)
{
    return (struct gct_event_message){ .head = { .size = sizeof(struct gct_event_message),
                                                 .kind = GCT_EVENT_MESSAGE,
                                                 .account = TEXT("104857"),
                                                 .customer = TEXT("7012"),
                                                 .key = TEXT("m_1"),
                                                 .at_ms = 1767225601123 },
                                       .author = GCT_AUTHOR_CUSTOMER,
                                       .remote_id = TEXT("m_1"),
                                       .text = text };
}

/* Spins or sleeps while the file named after the first space of body is there, then emits. */
static uint32_t hang(const struct gct_call *call, struct gct_slice body, int sleeps)
{
    char path[256] = { 0 };
    const char *space = memchr(body.ptr, ' ', body.len);
    struct gct_event_message message = message_of(body);
    size_t len = space == NULL ? 0 : (size_t)(body.ptr + body.len - space - 1);
    if (space == NULL || len >= sizeof path) {
        return GCT_INVALID;
    }
    memcpy(path, space + 1, len);
    while (access(path, F_OK) == 0) {
        if (sleeps) {
            (void)nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
        }
    }
    message.text = (struct gct_slice){ call->alloc(call, 4096, 1), 4096 };
    memset((char *)(uintptr_t)message.text.ptr, 'x', message.text.len);
    return call->emit_event(call, &message.head) == GCT_TIMEOUT ? GCT_OK : GCT_INTERNAL;
}

static void *emit_elsewhere(void *arg)
{
    const struct gct_call *call = arg;
    struct gct_event_message message = message_of(TEXT("from another thread"));
    return (void *)(uintptr_t)call->emit_event(call, &message.head);
}

static uint32_t decode(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_http_request *hook)
{
    struct gct_slice body = hook->body;
    struct gct_event_message message = message_of(TEXT("hello"));
    uint32_t repeat = 1;
    uint32_t status = GCT_OK;
    (void)plugin;
    if (is(body, "giant_text")) {
        message.text = (struct gct_slice){ call->alloc(call, 65537, 1), 65537 };
        memset((char *)(uintptr_t)message.text.ptr, 'x', 65537);
    } else if (is(body, "latin1_text")) {
        message.text = TEXT("caf\xe9");
    } else if (is(body, "null_text")) {
        message.text = (struct gct_slice){ NULL, 5 };
    } else if (is(body, "short_event")) {
        message.head.size = sizeof(struct gct_event);
    } else if (is(body, "no_kind")) {
        message.head.kind = 0;
    } else if (is(body, "foreign_account")) {
        message.head.account = TEXT("999999");
    } else if (is(body, "part_of_account")) {
        message.head.account = TEXT("10485");
    } else if (is(body, "control_id")) {
        message.head.customer = TEXT("70\n12");
    } else if (is(body, "attachments_nowhere")) {
        message.attachment_count = 2;
    } else if (is(body, "no_time")) {
        message.head.at_ms = 0;
    } else if (is(body, "many_events")) {
        repeat = 5000;
    } else if (is(body, "request_in_decode")) {
        struct gct_http_request request = { .size = sizeof request,
                                            .method = TEXT("GET"),
                                            .path = TEXT("/") };
        status = call->emit_request(call, &request);
    } else if (is(body, "status_of_the_core")) {
        return GCT_UNAVAILABLE;
    } else if (is(body, "status_of_nobody")) {
        return 4711;
    } else if (is(body, "hang")) {
        return hang(call, body, 0);
    } else if (is(body, "sleep")) {
        return hang(call, body, 1);
    } else if (is(body, "greedy")) {
        while (call->alloc(call, 65536, 64) != NULL) {}
        call->explain(call, TEXT("spent"));
        return GCT_LIMIT;
    } else if (is(body, "other_thread")) {
        pthread_t thread;
        void *answer = NULL;
        if (pthread_create(&thread, NULL, emit_elsewhere, (void *)(uintptr_t)call) != 0 ||
            pthread_join(thread, &answer) != 0 || (uintptr_t)answer != GCT_DENIED) {
            return GCT_INTERNAL;
        }
    } else if (is(body, "partly")) {
        status = GCT_UNSUPPORTED;
        call->explain(call, TEXT("a new kind"));
    } else if (is(body, "invalid_after_events")) {
        (void)call->emit_event(call, &message.head);
        return GCT_INVALID;
    }
    for (uint32_t i = 0; i < repeat; i++) {
        (void)call->emit_event(call, &message.head); /* a liar does not look at what it is told */
    }
    return status;
}

static uint32_t encode(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_message *message)
{
    struct gct_header header = { TEXT("X-Note"), TEXT("a") };
    struct gct_http_request request = { .size = sizeof request,
                                        .method = TEXT("POST"),
                                        .path = TEXT("/v1/me"),
                                        .headers = &header,
                                        .header_count = 1 };
    uint32_t repeat = 1;
    (void)plugin;
    if (is(message->text, "crlf_header")) {
        header.value = TEXT("a\r\nHost: evil.example");
    } else if (is(message->text, "host_header")) {
        header.name = TEXT("host");
    } else if (is(message->text, "absolute_path")) {
        request.path = TEXT("//evil.example/");
    } else if (is(message->text, "climbing_path")) {
        request.path = TEXT("/v1/../admin");
    } else if (is(message->text, "no_path")) {
        request.path = TEXT("");
    } else if (is(message->text, "place_in_path")) {
        request.path = TEXT("/v1/{token}");
    } else if (is(message->text, "method")) {
        request.method = TEXT("CONNECT");
    } else if (is(message->text, "many_requests")) {
        repeat = 17;
    } else if (is(message->text, "nothing")) {
        repeat = 0;
    }
    for (uint32_t i = 0; i < repeat; i++) {
        (void)call->emit_request(call, &request);
    }
    return GCT_OK;
}

static uint32_t classify(const struct gct_plugin *plugin, const struct gct_call *call,
                         const struct gct_http_response *reply, struct gct_verdict *verdict)
{
    (void)plugin;
    (void)call;
    verdict->outcome = GCT_OUTCOME_SENT;
    verdict->retry_after_ms = -1;
    if (is(reply->body, "no_outcome")) {
        verdict->outcome = 0;
    } else if (is(reply->body, "new_outcome")) {
        verdict->outcome = 999;
    } else if (is(reply->body, "shrunk")) {
        verdict->size = 8;
    } else if (is(reply->body, "past")) {
        verdict->retry_after_ms = -2;
    }
    return GCT_OK;
}

static uint32_t open_liar(const struct gct_call *call, const struct gct_config *config,
                          struct gct_plugin **out)
{
    struct gct_plugin *plugin = call->alloc(call, sizeof *plugin, _Alignof(struct gct_plugin));
    (void)config;
    if (plugin == NULL) {
        return GCT_LIMIT;
    }
    plugin->size = sizeof *plugin;
    plugin->self = plugin;
    plugin->decode = decode;
    plugin->encode = encode;
    plugin->classify = classify;
    plugin->get_extension = bad_get_extension;
    *out = plugin;
    return GCT_OK;
}
