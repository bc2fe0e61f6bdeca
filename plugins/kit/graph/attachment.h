/* Attachments of the Graph family: {"type","payload":{…}}, mapped by a table that each channel brings. */
#ifndef GUICHET_PLUGINS_KIT_GRAPH_ATTACHMENT_H
#define GUICHET_PLUGINS_KIT_GRAPH_ATTACHMENT_H

#include "kit/call.h"

struct gct_kit_attachment_type {
    const char *type;
    enum gct_attachment_kind kind;
    const char *id; /* member of payload that identifies it, or NULL */
    bool keep_raw;  /* more in it than struct gct_attachment can hold */
    /* What only this type has, or NULL. The common members are set. */
    void (*refine)(struct gct_kit *kit, const struct gct_json_value *value,
                   struct gct_attachment *attachment);
};

/* A list under construction. */
struct gct_kit_attachments {
    struct gct_attachment **list;
    uint32_t count;
};

/* The list as an event takes it; NULL when it is empty. */
const struct gct_attachment *const *gct_kit_attachments_of(const struct gct_kit_attachments *attachments);

/* Room for `room` attachments, and one more entry in it; NULL when memory is used up. Room for more than an
 * event may hold is none at all, and the item is oversized. */
struct gct_kit_attachments gct_kit_attachments(struct gct_kit *kit, size_t room);
struct gct_attachment *gct_kit_attach(struct gct_kit *kit, struct gct_kit_attachments *to,
                                      enum gct_attachment_kind kind);

/* One element of "attachments" appended to `to`. A type that is not in the table becomes UNSUPPORTED with its
 * name and its JSON: shown as such, never dropped. */
struct gct_attachment *gct_kit_attachment_read(struct gct_kit *kit,
                                               const struct gct_kit_attachment_type *types, size_t count,
                                               const struct gct_json_value *value,
                                               struct gct_kit_attachments *to);

/* For tables: a shared link, or nothing to see at all; coordinates; a card with its first title and picture.
 */
void gct_kit_refine_link(struct gct_kit *kit, const struct gct_json_value *value,
                         struct gct_attachment *attachment);
void gct_kit_refine_location(struct gct_kit *kit, const struct gct_json_value *value,
                             struct gct_attachment *attachment);
void gct_kit_refine_template(struct gct_kit *kit, const struct gct_json_value *value,
                             struct gct_attachment *attachment);

#endif
