/* Makes the corpus of the target `request` from the table of routes: request_corpus FOLDER. Each route gives
 * its path, and where it has parameters one right value of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/slice.h"
#include "http/api.h"

/* As text; the first of the choices where there are some. */
static void add_value(struct gct_buffer *out, const struct gct_param *param)
{
    struct gct_slice choices = param->choices != NULL ? gct_slice_of(param->choices) : GCT_LIT("a");
    switch (param->type) {
    case GCT_P_INTEGER: gct_buffer_add_format(out, "%lld", (long long)param->least); break;
    case GCT_P_FLAG: gct_buffer_add(out, GCT_LIT("true")); break;
    case GCT_P_TIME: gct_buffer_add(out, GCT_LIT("2026-01-01T00:00:00Z")); break;
    case GCT_P_ID: gct_buffer_add(out, GCT_LIT("12")); break;
    default: gct_buffer_add(out, gct_slice_head(choices, gct_slice_find(choices, '|'))); break;
    }
}

static struct gct_json *json_of(const struct gct_param *param)
{
    struct gct_buffer text = { 0 };
    struct gct_json *json = NULL;
    add_value(&text, param);
    switch (param->type) {
    case GCT_P_INTEGER: json = gct_json_number(param->least); break;
    case GCT_P_FLAG: json = gct_json_boolean(1); break;
    case GCT_P_LIST:
    case GCT_P_TEXTS: json = gct_json_array(); break;
    default: json = gct_json_string(gct_buffer_slice(&text)); break;
    }
    if (param->type == GCT_P_TEXTS) {
        gct_json_push(json, gct_json_string(gct_buffer_slice(&text)));
    }
    gct_buffer_free(&text);
    return json;
}

static void add_body(struct gct_buffer *out, const struct gct_route *route)
{
    struct gct_json *body = gct_json_object();
    struct gct_json *problem = NULL;
    for (size_t i = 0; i < route->body_count; i++) {
        gct_json_set(body, route->body[i].name, json_of(&route->body[i]));
    }
    GCT_CHECK_EQ(gct_params_check(body, route->body, route->body_count, &problem), GCT_OK);
    gct_json_write(body, out);
    gct_json_free(&body);
}

static void add_query(struct gct_buffer *out, const struct gct_route *route, struct gct_arena *arena)
{
    struct gct_query_value values[32];
    struct gct_json *problem = NULL;
    size_t begin = gct_buffer_slice(out).len;
    for (size_t i = 0; i < route->query_count; i++) {
        gct_buffer_add_format(out, "%s%s=", i == 0 ? "" : "&", route->query[i].name);
        add_value(out, &route->query[i]);
    }
    GCT_CHECK(route->query_count <= GCT_COUNT(values));
    GCT_CHECK_EQ(gct_params_query(gct_slice_from(gct_buffer_slice(out), begin), route->query,
                                  route->query_count, arena, values, &problem),
                 GCT_OK);
}

/* "/tickets/{id}/read" with a number for the id. */
static void add_path(struct gct_buffer *out, const struct gct_route *route)
{
    struct gct_slice path = gct_slice_of(route->path);
    const char *id = strstr(route->path, "{id}");
    size_t begin = gct_buffer_slice(out).len;
    struct gct_slice found = GCT_EMPTY;
    char allow[64];
    gct_buffer_add(out, id == NULL ? path : gct_slice_head(path, (size_t)(id - route->path)));
    if (id != NULL) {
        gct_buffer_add_format(out, "12%s", id + strlen("{id}"));
    }
    path = gct_slice_from(gct_buffer_slice(out), begin);
    GCT_CHECK(gct_route_find(route->method, path, &found, allow) == route);
}

static enum gct_status write_input(const char *folder, size_t at, const char *kind,
                                   const struct gct_buffer *input, struct gct_error *err)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%02zu-%s", folder, at, kind);
    return gct_file_write(path, gct_buffer_slice(input), 0644u, err);
}

/* The first byte is the route's number for its parameters, and its method for its path. */
static enum gct_status write_route(const char *folder, size_t at, struct gct_arena *arena,
                                   struct gct_error *err)
{
    const struct gct_route *route = &gct_routes[at];
    struct gct_buffer path = { 0 };
    struct gct_buffer values = { 0 };
    enum gct_status st;
    gct_buffer_add_format(&path, "%c", (char)route->method);
    add_path(&path, route);
    st = write_input(folder, at, "path", &path, err);
    gct_buffer_add_format(&values, "%c", (char)at);
    if (route->body_count != 0) {
        add_body(&values, route);
    } else {
        add_query(&values, route, arena);
    }
    if (st == GCT_OK && route->body_count + route->query_count != 0) {
        st = write_input(folder, at, "values", &values, err);
    }
    gct_buffer_free(&path);
    gct_buffer_free(&values);
    return st;
}

int main(int argc, char **argv)
{
    struct gct_arena *arena = gct_arena_new((size_t)1u << 20);
    struct gct_error err = { GCT_OK, "" };
    enum gct_status st = argc == 2 ? gct_folder_make(argv[1], 0755u, &err) : GCT_INVALID;
    for (size_t i = 0; st == GCT_OK && i < gct_route_count; i++) {
        st = write_route(argv[1], i, arena, &err);
    }
    if (st != GCT_OK) {
        (void)fprintf(stderr, "request_corpus FOLDER: %s\n", err.text);
    }
    gct_arena_free(&arena);
    return st == GCT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
