/* Which Host a gateway answers to. A page of somebody else whose name was made to lead here (DNS rebinding)
 * sends its own name, and a browser takes our answer for that page's. Pure, any thread.
 *
 * Ours are the hosts of our origins (public_url, the listening addresses), localhost and the addresses of
 * loopback; and every address where one of ours is a wildcard (0.0.0.0, ::), since no name is hidden behind
 * an address. Ports are not compared: whoever forwards one may choose another. */
#ifndef GUICHET_CORE_HTTP_HOST_H
#define GUICHET_CORE_HTTP_HOST_H

#include "base/network.h"

/* host: the header's value, "desk.example.com", "127.0.0.1:8080", "[::1]:8080". */
int gct_host_is_ours(const char *const *origins, size_t origin_count, struct gct_slice host);

#endif
