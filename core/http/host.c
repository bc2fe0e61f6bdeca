#include "http/host.h"

#include "base/slice.h"

/* Without its port, without the brackets of an address; empty when it is neither. */
static struct gct_slice without_port(struct gct_slice host)
{
    int bracketed = gct_slice_starts(host, GCT_LIT("["));
    size_t end = bracketed ? gct_slice_find(host, ']') : gct_slice_find(host, ':');
    struct gct_slice name = gct_slice_head(host, end);
    struct gct_slice rest = gct_slice_from(host, end);
    int64_t port = 0;
    if (bracketed) {
        name = gct_slice_from(name, 1u);
        rest = gct_slice_from(rest, 1u);
    }
    int plain = rest.len == 0 && !(bracketed && end == host.len);
    int ported = gct_slice_starts(rest, GCT_LIT(":")) &&
                 gct_slice_integer(gct_slice_from(rest, 1u), 0, 65535, &port) == GCT_OK;
    return plain || ported ? name : GCT_EMPTY;
}

/* "https://desk.example.com:8443": desk.example.com */
static struct gct_slice host_of(const char *origin)
{
    struct gct_slice text = gct_slice_of(origin);
    return without_port(gct_slice_from(text, gct_slice_find(text, '/') + 2u));
}

static int is_loopback(const struct gct_network *address)
{
    static const struct gct_network four = { .bytes = { [10] = 0xff, [11] = 0xff, [12] = 127 },
                                             .bits = 104u };
    static const struct gct_network six = { .bytes = { [15] = 1 }, .bits = 128u };
    return gct_network_has(&four, address) || gct_network_has(&six, address);
}

static int is_wildcard(const struct gct_network *address)
{
    static const struct gct_network four = { .bytes = { [10] = 0xff, [11] = 0xff }, .bits = 128u };
    static const struct gct_network six = { .bits = 128u };
    return gct_network_has(&four, address) || gct_network_has(&six, address);
}

/* An address may be written in several ways. */
static int is_our_address(const char *const *origins, size_t origin_count, const struct gct_network *address)
{
    int found = is_loopback(address);
    for (size_t i = 0; !found && i < origin_count; i++) {
        struct gct_network own;
        found = gct_network_read(host_of(origins[i]), &own) == GCT_OK &&
                (is_wildcard(&own) || gct_network_has(&own, address));
    }
    return found;
}

int gct_host_is_ours(const char *const *origins, size_t origin_count, struct gct_slice host)
{
    struct gct_slice name = without_port(host);
    struct gct_network address;
    for (size_t i = 0; i < origin_count; i++) {
        if (gct_slice_eq_nocase(name, host_of(origins[i]))) {
            return 1;
        }
    }
    return gct_slice_eq_nocase(name, GCT_LIT("localhost")) ||
           (gct_network_read(name, &address) == GCT_OK && address.bits == 128u &&
            is_our_address(origins, origin_count, &address));
}
