/* The Facebook Messenger plugin: what its files know of each other.
 *
 * It translates and nothing else (include/guichet/plugin.h). Facts about the platform are in rules.c,
 * classify.c and in the tables of decode/; vectors/ shows each shape with what becomes of it. */
#ifndef GUICHET_PLUGINS_MESSENGER_MESSENGER_H
#define GUICHET_PLUGINS_MESSENGER_MESSENGER_H

#include <guichet/guichet.h>

/* "Under 2000": taken as up to, because a text that is refused can be shortened. */
#define MESSENGER_TEXT_LIMIT 2000
#define MESSENGER_TEXT_UNIT GCT_UNIT_CODE_POINTS
#define MESSENGER_ATTACHMENTS 10
#define MESSENGER_QUICK_REPLIES 13
#define MESSENGER_QUICK_REPLY_TITLE 20
/* Metadata is "under 1000" characters, taken at its word because nothing is lost by it; what encode() appends
 * to the mark takes up to three. */
#define MESSENGER_MARK_LIMIT 996
#define MESSENGER_IMAGE_BYTES 8000000
#define MESSENGER_ASSET_BYTES 25000000

/* One instance: options that open() copied. Constant afterwards. */
struct messenger {
    const struct gct_ext_json *json;
    struct gct_slice app_id;       /* empty: not configured */
    struct gct_slice inbox_app_id; /* empty: as Meta has it */
    struct gct_slice graph_version;
};

uint32_t messenger_decode(const struct gct_plugin *plugin, const struct gct_call *call,
                          const struct gct_http_request *hook);
uint32_t messenger_encode(const struct gct_plugin *plugin, const struct gct_call *call,
                          const struct gct_message *message);
uint32_t messenger_classify(const struct gct_plugin *plugin, const struct gct_call *call,
                            const struct gct_http_response *reply, struct gct_verdict *verdict);

extern const struct gct_ext_rules messenger_rules;
extern const struct gct_ext_verify messenger_verify;
extern const struct gct_ext_places messenger_places;
extern const struct gct_ext_profile messenger_profile;

#endif
