/* How answers leave: the headers that every answer of a kind carries, in one place. Loop thread. */
#ifndef GUICHET_CORE_HTTP_ANSWER_H
#define GUICHET_CORE_HTTP_ANSWER_H

#include "http/problem.h"
#include "http/web.h"

/* An answer of the API: JSON or problem+json (or nothing), never cached; a 401 says how to sign in. */
void gct_answer_api(const struct gct_web *web, struct gct_exchange *exchange, unsigned status, int is_problem,
                    const struct gct_header *headers, size_t header_count, struct gct_slice body);

/* One line of text/plain. */
void gct_answer_text(const struct gct_web *web, struct gct_exchange *exchange, unsigned status,
                     struct gct_slice text);

/* A problem document outside of the API; detail NULL: its title. allow: value of Allow, or NULL; retry_after:
 * seconds, 0: none. */
void gct_answer_problem(const struct gct_web *web, struct gct_exchange *exchange, enum gct_problem problem,
                        const char *detail, const char *allow, unsigned retry_after);

/* The security headers of every answer, appended to headers (room for GCT_SAFE_HEADERS more); gives the new
 * count. */
#define GCT_SAFE_HEADERS 5u
size_t gct_answer_safe_headers(const struct gct_web *web, struct gct_header *headers, size_t count);

#endif
