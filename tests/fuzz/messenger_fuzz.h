/* One call of the Messenger plugin, which is linked into the target; a breach of the ABI ends the process. */
#ifndef GUICHET_TESTS_FUZZ_MESSENGER_FUZZ_H
#define GUICHET_TESTS_FUZZ_MESSENGER_FUZZ_H

#include <stdio.h>

#include "base/slice.h"
#include "direct.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void messenger_fuzz(const struct vector *vector)
{
    struct direct *direct = direct_new();
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *channel =
        gct_json_parse(GCT_LIT("{\"options\":{\"app_id\":\"515151515151515\"}}"), &err);
    struct gct_plugin *plugin = NULL;

    GCT_CHECK_EQ(direct_open(direct, &gct_plugin_entry, channel, &plugin), GCT_OK);
    (void)direct_call(direct, plugin, vector);
    if (direct->breach[0] != '\0')
        (void)fprintf(stderr, "breach: %s\n", direct->breach);
    GCT_CHECK(direct->breach[0] == '\0');
    gct_json_free(&channel);
    direct_free(&direct);
}

#define FUZZ_HEADERS 4u /* and the first stands for the status */

/* The answer that the input stands for; 0 when its status is none. */
static inline int messenger_fuzz_reply(const uint8_t *data, size_t size, struct gct_header *headers,
                                       struct gct_http_response *reply)
{
    static const char *const names[FUZZ_HEADERS] = { NULL, "Retry-After", "X-App-Usage",
                                                     "X-Business-Use-Case-Usage" };
    struct gct_slice rest = { (const char *)data, size };
    int64_t status = 200;

    for (size_t i = 0; i < FUZZ_HEADERS; i++) {
        size_t end = gct_slice_find(rest, '\n');

        headers[i] = (struct gct_header){ gct_slice_of(names[i]), gct_slice_head(rest, end) };
        rest = gct_slice_from(rest, end + 1);
    }
    if (gct_slice_integer(headers[0].value, 100, 599, &status) != GCT_OK)
        return 0;
    *reply = (struct gct_http_response){ .size = sizeof(*reply),
                                         .status = (uint32_t)status,
                                         .headers = headers + 1,
                                         .header_count = FUZZ_HEADERS - 1,
                                         .body = rest,
                                         .account = GCT_LIT("104857600000123") };
    return 1;
}

#endif
