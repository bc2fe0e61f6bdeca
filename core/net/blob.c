#include "net/blob.h"

#include <stdlib.h>
#include <string.h>

#include <libwebsockets.h>

#include "base/heap.h"

#define BLOB_MAGIC 0x626c6f62u

struct gct_blob {
    uint32_t magic;
    uint32_t holders;
    size_t len;
    char room[LWS_PRE]; /* directly before the text */
    char text[];
};

struct gct_blob *gct_blob_new(struct gct_slice text)
{
    struct gct_blob *blob = gct_heap_new(sizeof *blob + text.len);

    blob->magic = BLOB_MAGIC;
    blob->holders = 1;
    blob->len = text.len;
    if (text.len > 0)
        memcpy(blob->text, text.ptr, text.len);
    return blob;
}

struct gct_blob *gct_blob_hold(struct gct_blob *blob)
{
    GCT_CHECK_OBJ(blob, BLOB_MAGIC);
    blob->holders++;
    return blob;
}

void gct_blob_drop(struct gct_blob **blob_address)
{
    struct gct_blob *blob = *blob_address;

    *blob_address = NULL;
    if (blob == NULL)
        return;
    GCT_CHECK_OBJ(blob, BLOB_MAGIC);
    if (--blob->holders > 0)
        return;
    blob->magic = 0;
    free(blob);
}

struct gct_slice gct_blob_text(const struct gct_blob *blob)
{
    GCT_CHECK_OBJ(blob, BLOB_MAGIC);
    return (struct gct_slice){ blob->text, blob->len };
}
