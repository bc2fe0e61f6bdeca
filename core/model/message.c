#include "model/message.h"

#include "model/names.h"

#define AS_NAME(name, value, text) { value, text },
static const struct gct_name DIRECTION[] = { GCT_DIRECTION_TABLE(AS_NAME) };
static const struct gct_name KIND[] = { GCT_MESSAGE_KIND_TABLE(AS_NAME) };
static const struct gct_name DELIVERY[] = { GCT_DELIVERY_TABLE(AS_NAME) };
static const struct gct_name MEDIA[] = { GCT_MEDIA_STATE_TABLE(AS_NAME) };
static const struct gct_name AUTHOR[] = { GCT_AUTHOR_TABLE(AS_NAME) };
static const struct gct_name ATTACHMENT[] = { GCT_ATTACHMENT_TABLE(AS_NAME) };
static const struct gct_name CONTEXT[] = { GCT_CONTEXT_TABLE(AS_NAME) };

enum gct_delivery gct_delivery_merge(enum gct_delivery now, enum gct_delivery news)
{
    enum {
        Q = GCT_DELIVERY_QUEUED,
        S = GCT_DELIVERY_SENDING,
        T = GCT_DELIVERY_SENT,
        D = GCT_DELIVERY_DELIVERED,
        R = GCT_DELIVERY_READ,
        F = GCT_DELIVERY_FAILED
    };
    /* Row: what it is; column: the news. Queued again is an agent's or the pump's act, not news. */
    static const unsigned char MERGED[GCT_DELIVERY_COUNT][GCT_DELIVERY_COUNT] = {
        /*            queued sending sent delivered read failed */
        /* queued */ { Q, S, T, D, R, F },
        /* sending */ { S, S, T, D, R, F },
        /* sent */ { T, T, T, D, R, T },
        /* delivered */ { D, D, D, D, R, D },
        /* read */ { R, R, R, R, R, R },
        /* failed */ { F, F, T, D, R, F },
    };
    GCT_CHECK((unsigned)now < GCT_DELIVERY_COUNT);
    GCT_CHECK((unsigned)news < GCT_DELIVERY_COUNT);
    return (enum gct_delivery)MERGED[now][news];
}

int gct_delivery_is_sent(enum gct_delivery delivery)
{
    return delivery == GCT_DELIVERY_SENT || delivery == GCT_DELIVERY_DELIVERED ||
           delivery == GCT_DELIVERY_READ;
}

const char *gct_direction_name(uint32_t direction)
{
    return gct_name_of(DIRECTION, GCT_COUNT(DIRECTION), direction, "unknown");
}

const char *gct_message_kind_name(uint32_t kind)
{
    return gct_name_of(KIND, GCT_COUNT(KIND), kind, "unknown");
}

const char *gct_delivery_name(uint32_t delivery)
{
    return gct_name_of(DELIVERY, GCT_COUNT(DELIVERY), delivery, "unknown");
}

const char *gct_media_state_name(uint32_t state)
{
    return gct_name_of(MEDIA, GCT_COUNT(MEDIA), state, "unknown");
}

const char *gct_author_name(uint32_t author)
{
    return gct_name_of(AUTHOR, GCT_COUNT(AUTHOR), author, "unknown");
}

const char *gct_attachment_kind_name(uint32_t kind)
{
    return gct_name_of(ATTACHMENT, GCT_COUNT(ATTACHMENT), kind, "unsupported");
}

const char *gct_context_kind_name(uint32_t kind)
{
    return gct_name_of(CONTEXT, GCT_COUNT(CONTEXT), kind, "unknown");
}

enum gct_status gct_attachment_kind_read(struct gct_slice text, enum gct_attachment_kind *out)
{
    uint32_t value = 0;
    enum gct_status status = gct_name_read(ATTACHMENT, GCT_COUNT(ATTACHMENT), text, &value);
    *out = (enum gct_attachment_kind)value;
    return status;
}
