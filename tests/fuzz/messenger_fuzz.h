/* One call of the Messenger plugin, which is linked into the target; a breach of the ABI ends the process. */
#ifndef GUICHET_TESTS_FUZZ_MESSENGER_FUZZ_H
#define GUICHET_TESTS_FUZZ_MESSENGER_FUZZ_H

#include <stdio.h>

#include "base/slice.h"
#include "direct.h"

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

#endif
