#include "base/network.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/slice.h"

#define V4_PREFIX 96u

static const unsigned char v4_mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static int is_v4(const struct gct_network *address)
{
    return memcmp(address->bytes, v4_mapped, sizeof v4_mapped) == 0;
}

/* The address alone; *v4 is 1 when it is written as one of IPv4. */
static int read_address(struct gct_slice text, struct gct_network *out, int *v4)
{
    char name[GCT_NETWORK_TEXT];
    if (text.len == 0 || text.len >= sizeof name || gct_slice_find(text, '\0') != text.len) {
        return 0;
    }
    memcpy(name, text.ptr, text.len);
    name[text.len] = '\0';
    memcpy(out->bytes, v4_mapped, sizeof v4_mapped);
    *v4 = inet_pton(AF_INET, name, out->bytes + sizeof v4_mapped) == 1;
    return *v4 || inet_pton(AF_INET6, name, out->bytes) == 1;
}

enum gct_status gct_network_read(struct gct_slice text, struct gct_network *out)
{
    size_t slash = gct_slice_find(text, '/');
    int64_t bits = 0;
    int v4 = 0;
    *out = (struct gct_network){ .bits = 128u };
    if (!read_address(gct_slice_head(text, slash), out, &v4)) {
        return GCT_INVALID;
    }
    if (slash != text.len) {
        if (gct_slice_integer(gct_slice_from(text, slash + 1u), 1, v4 ? 32 : 128, &bits) != GCT_OK) {
            return GCT_INVALID;
        }
        out->bits = (unsigned)bits + (v4 ? V4_PREFIX : 0u);
    }
    return GCT_OK;
}

int gct_network_has(const struct gct_network *network, const struct gct_network *address)
{
    size_t whole = network->bits / 8u;
    unsigned rest = network->bits % 8u;
    if (address->bits != 128u || memcmp(network->bytes, address->bytes, whole) != 0) {
        return 0;
    }
    return rest == 0 || (network->bytes[whole] ^ address->bytes[whole]) >> (8u - rest) == 0;
}

void gct_network_write(const struct gct_network *address, char text[GCT_NETWORK_TEXT])
{
    const char *written = is_v4(address) ? inet_ntop(AF_INET, address->bytes + 12, text, GCT_NETWORK_TEXT)
                                         : inet_ntop(AF_INET6, address->bytes, text, GCT_NETWORK_TEXT);
    GCT_CHECK(written != NULL);
}
