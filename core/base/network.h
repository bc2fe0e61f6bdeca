/* Internet addresses and networks as values. Pure functions, any thread; no names are looked up. */
#ifndef GUICHET_CORE_BASE_NETWORK_H
#define GUICHET_CORE_BASE_NETWORK_H

#include <guichet/abi.h>

#include "base/error.h"

/* Room for an address as text ("127.0.0.1", "2001:db8::1") with its NUL. */
#define GCT_NETWORK_TEXT 46u

/* An address, IPv4 as ::ffff:a.b.c.d, and how many of its bits name the network: with 128 it is one address.
 */
struct gct_network {
    unsigned char bytes[16];
    unsigned bits;
};

/* "192.0.2.7", "2001:db8::1", "10.0.0.0/8", "fd00::/8"; GCT_INVALID. A network has at least one bit: one that
 * holds every address is none. */
GCT_NODISCARD enum gct_status gct_network_read(struct gct_slice text, struct gct_network *out);

/* 1 when address, all 128 bits of it, is in network. */
int gct_network_has(const struct gct_network *network, const struct gct_network *address);

/* The address in its one usual form; NUL-terminated. */
void gct_network_write(const struct gct_network *address, char text[GCT_NETWORK_TEXT]);

#endif
