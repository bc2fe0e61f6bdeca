/* Requests are checked against a table before a handler sees them: members of a JSON body, parameters of a
 * query. What the table does not name is refused. Pure; any thread. */
#ifndef GUICHET_CORE_HTTP_PARAMS_H
#define GUICHET_CORE_HTTP_PARAMS_H

#include "base/arena.h"
#include "base/json.h"

enum gct_param_type {
    GCT_P_TEXT,    /* least to most characters */
    GCT_P_INTEGER, /* least to most */
    GCT_P_FLAG,    /* true or false */
    GCT_P_TIME,    /* RFC 3339 */
    GCT_P_ID,      /* an id of ours: a string of digits */
    GCT_P_CHOICE,  /* one of choices */
    GCT_P_TEXTS,   /* list of at most most texts of 1 to 40 characters, each once; in a query separated by
                      commas */
    GCT_P_LIST     /* a JSON array of at most most elements, checked by the handler */
};

#define GCT_P_REQUIRED 1u
#define GCT_P_NULLABLE 2u

struct gct_param {
    const char *name;
    enum gct_param_type type;
    unsigned flags;
    int64_t least, most;
    const char *choices; /* "reply|note" */
};

/* GCT_OK; GCT_INVALID with every fault as a field of *problem (a document that the caller frees). */
GCT_NODISCARD enum gct_status gct_params_check(const struct gct_json *body, const struct gct_param *params,
                                               size_t count, struct gct_json **problem);

/* One query parameter, decoded; value.ptr NULL when it was not given. */
struct gct_query_value {
    struct gct_slice value;
    int64_t integer; /* GCT_P_INTEGER, GCT_P_ID, GCT_P_FLAG (0, 1) */
};

/* values has room for count. The same faults as above. */
GCT_NODISCARD enum gct_status gct_params_query(struct gct_slice query, const struct gct_param *params,
                                               size_t count, struct gct_arena *arena,
                                               struct gct_query_value *values, struct gct_json **problem);

/* Is value one of "a|b|c"? */
int gct_choice_holds(const char *choices, struct gct_slice value);

#endif
