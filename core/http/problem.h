/* Refusals as problem documents (RFC 9457), built in one place from the one list in model/problem.h. */
#ifndef GUICHET_CORE_HTTP_PROBLEM_H
#define GUICHET_CORE_HTTP_PROBLEM_H

#include "base/json.h"
#include "model/problem.h"

/* {"type","title","status","detail"}; detail NULL: the title. The caller may add members and frees it. */
struct gct_json *gct_problem_json(enum gct_problem problem, const char *detail);

/* Adds {"field","reason"} to the document's errors. */
void gct_problem_field(struct gct_json *document, struct gct_slice field, const char *reason);

/* Any thread. "/problems/<slug>" of a problem, for members that name one. */
struct gct_json *gct_problem_type(enum gct_problem problem);

#endif
