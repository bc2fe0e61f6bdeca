#include "http/problem.h"

#include <stdio.h>

#include "base/slice.h"

struct gct_json *gct_problem_type(enum gct_problem problem)
{
    char type[80];
    (void)snprintf(type, sizeof type, "/problems/%s", gct_problem_info(problem)->slug);
    return gct_json_string(gct_slice_of(type));
}

struct gct_json *gct_problem_json(enum gct_problem problem, const char *detail)
{
    const struct gct_problem_info *info = gct_problem_info(problem);
    struct gct_json *document = gct_json_object();
    gct_json_set(document, "type", gct_problem_type(problem));
    gct_json_set_text(document, "title", gct_slice_of(info->title));
    gct_json_set_number(document, "status", (int64_t)info->status);
    gct_json_set_text(document, "detail",
                      gct_slice_of(detail == NULL || detail[0] == '\0' ? info->title : detail));
    return document;
}

void gct_problem_field(struct gct_json *document, struct gct_slice field, const char *reason)
{
    struct gct_json *errors = gct_json_get(document, "errors");
    struct gct_json *error = gct_json_object();
    if (errors == NULL) {
        errors = gct_json_array();
        gct_json_set(document, "errors", errors);
    }
    gct_json_set_text(error, "field", field);
    gct_json_set_text(error, "reason", gct_slice_of(reason));
    gct_json_push(errors, error);
}
