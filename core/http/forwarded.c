#include "http/forwarded.h"

#include "base/slice.h"

int gct_forwarded_trusted(const struct gct_network *proxies, size_t proxy_count,
                          const struct gct_network *address)
{
    for (size_t i = 0; i < proxy_count; i++) {
        if (gct_network_has(&proxies[i], address)) {
            return 1;
        }
    }
    return 0;
}

/* Cuts the last hop off *hops. */
static struct gct_slice take_last(struct gct_slice *hops)
{
    size_t begin = hops->len;
    while (begin > 0 && hops->ptr[begin - 1u] != ',') {
        begin--;
    }
    struct gct_slice last = gct_slice_trim(gct_slice_from(*hops, begin));
    *hops = gct_slice_head(*hops, begin == 0 ? 0 : begin - 1u);
    return last;
}

/* "192.0.2.7", "192.0.2.7:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711". */
static enum gct_status read_hop(struct gct_slice hop, struct gct_network *address)
{
    size_t colon = gct_slice_find(hop, ':');
    if (gct_slice_starts(hop, GCT_LIT("["))) {
        size_t end = gct_slice_find(hop, ']');
        hop = end == hop.len ? GCT_EMPTY : gct_slice_from(gct_slice_head(hop, end), 1u);
    } else if (gct_slice_find(hop, '.') < colon) {
        hop = gct_slice_head(hop, colon);
    }
    enum gct_status st = gct_network_read(hop, address);
    return st == GCT_OK && address->bits == 128u ? GCT_OK : GCT_INVALID;
}

void gct_forwarded_client(const struct gct_network *proxies, size_t proxy_count, struct gct_slice peer,
                          struct gct_slice header, char text[GCT_NETWORK_TEXT])
{
    struct gct_network client;
    struct gct_network before;
    GCT_CHECK(gct_network_read(peer, &client) == GCT_OK);
    while (header.len != 0 && gct_forwarded_trusted(proxies, proxy_count, &client) &&
           read_hop(take_last(&header), &before) == GCT_OK) {
        client = before;
    }
    gct_network_write(&client, text);
}
