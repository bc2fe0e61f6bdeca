#include "egress/http/client.h"

#include <stdlib.h>

#include "base/heap.h"
#include "base/slice.h"
#include "egress/http/transfer.h"

#define CLIENT_MAGIC 0x65636c69u
#define CONNECTIONS 128L
#define CONNECTIONS_OF_A_HOST 32L
/* A kept connection that was idle for longer is not used again: what the other side closed in the meantime
 * would take a request and give no answer. */
#define IDLE_SECONDS 30L
#define SLEEP_LONGEST_MS 60000

struct client {
    uint32_t magic;
    CURLM *multi;
    struct client_options options;
    char *ca_file;
    size_t count;
};

enum gct_status client_new(const struct client_options *options, struct client **out, struct gct_error *err)
{
    struct client *client = NULL;
    enum gct_status st = GCT_OK;
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        st = gct_error_set(err, GCT_UNAVAILABLE, "libcurl cannot be started");
        goto out;
    }
    client = gct_heap_new(sizeof *client);
    client->magic = CLIENT_MAGIC;
    client->options = *options;
    client->ca_file = options->ca_file == NULL ? NULL : gct_heap_text(gct_slice_of(options->ca_file));
    client->options.ca_file = client->ca_file;
    client->multi = curl_multi_init();
    GCT_CHECK(client->multi != NULL);
    (void)curl_multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, CONNECTIONS);
    (void)curl_multi_setopt(client->multi, CURLMOPT_MAX_HOST_CONNECTIONS, CONNECTIONS_OF_A_HOST);
    (void)curl_multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, CONNECTIONS);
    (void)curl_multi_setopt(client->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    *out = client;
out:
    return st;
}

void client_free(struct client **client)
{
    struct client *gone = *client;
    *client = NULL;
    if (gone == NULL) {
        return;
    }
    GCT_CHECK_OBJ(gone, CLIENT_MAGIC);
    GCT_CHECK_EQ(gone->count, 0u);
    (void)curl_multi_cleanup(gone->multi);
    curl_global_cleanup();
    free(gone->ca_file);
    gone->magic = 0;
    free(gone);
}

enum gct_status client_send(struct client *client, struct client_call *call, struct gct_slice base,
                            const struct gct_http_request *request, struct gct_error *err)
{
    struct gct_error local = { .status = GCT_OK };
    GCT_CHECK_OBJ(client, CLIENT_MAGIC);
    err = err == NULL ? &local : err;
    call->transfer = transfer_new(&client->options, call, base, request, err);
    if (call->transfer == NULL) {
        return err->status;
    }
    (void)curl_easy_setopt(call->transfer->easy, CURLOPT_MAXAGE_CONN, IDLE_SECONDS);
    GCT_CHECK_EQ(curl_multi_add_handle(client->multi, call->transfer->easy), CURLM_OK);
    client->count++;
    return GCT_OK;
}

static void finish(struct client *client, struct client_transfer *transfer, CURLcode code)
{
    struct client_call *call = transfer->call;
    transfer_conclude(transfer, code);
    (void)curl_multi_remove_handle(client->multi, transfer->easy);
    transfer_free(&transfer);
    client->count--;
    call->done(call);
}

void client_cancel(struct client *client, struct client_call *call)
{
    GCT_CHECK_OBJ(client, CLIENT_MAGIC);
    finish(client, call->transfer, CURLE_OPERATION_TIMEDOUT);
}

void client_turn(struct client *client)
{
    CURLMsg *message = NULL;
    int running = 0;
    int left = 0;
    GCT_CHECK_OBJ(client, CLIENT_MAGIC);
    (void)curl_multi_perform(client->multi, &running);
    while ((message = curl_multi_info_read(client->multi, &left)) != NULL) {
        char *transfer = NULL;
        if (message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result; /* the message goes with the handle */
            (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
            finish(client, (struct client_transfer *)(void *)transfer, code);
        }
    }
}

void client_sleep(struct client *client, int64_t timeout_ms)
{
    int64_t bounded = timeout_ms < 0 ? 0 : timeout_ms > SLEEP_LONGEST_MS ? SLEEP_LONGEST_MS : timeout_ms;
    (void)curl_multi_poll(client->multi, NULL, 0, (int)bounded, NULL);
}

void client_wake(struct client *client)
{
    (void)curl_multi_wakeup(client->multi);
}

size_t client_count(const struct client *client)
{
    return client->count;
}
