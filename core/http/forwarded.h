/* Who makes a request that came through a proxy: what the proxy says in X-Forwarded-For, as far as the
 * configuration trusts it. Pure, any thread.
 *
 * The header is read from its end, where the nearest proxy wrote: as long as an address is one of
 * trusted_proxies, the one before it counts. So what a client wrote itself is never reached, unless a proxy
 * that is trusted passes it on as its own. Forwarded is not read: a proxy that only knows X-Forwarded-For
 * would pass on whatever a client wrote there. */
#ifndef GUICHET_CORE_HTTP_FORWARDED_H
#define GUICHET_CORE_HTTP_FORWARDED_H

#include "base/network.h"

/* 1 when address is one of proxies. */
int gct_forwarded_trusted(const struct gct_network *proxies, size_t proxy_count,
                          const struct gct_network *address);

/* peer is who connected, header the value of X-Forwarded-For (it may be empty). text gets the address of the
 * client; a header that cannot be read counts as far as it can. */
void gct_forwarded_client(const struct gct_network *proxies, size_t proxy_count, struct gct_slice peer,
                          struct gct_slice header, char text[GCT_NETWORK_TEXT]);

#endif
