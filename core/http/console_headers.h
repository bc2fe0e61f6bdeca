/* The headers of index.html that keep strangers' text from becoming code. Tested byte for byte. */
#ifndef GUICHET_CORE_HTTP_CONSOLE_HEADERS_H
#define GUICHET_CORE_HTTP_CONSOLE_HEADERS_H

#include <guichet/http.h>

#define GCT_CONSOLE_HEADERS 2u

/* Appends them; gives the new count. */
size_t gct_console_headers(struct gct_header *headers, size_t count);

#endif
