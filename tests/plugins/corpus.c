/* Makes the corpus of a fuzz target from vectors: corpus VECTORS hook|reply|answer FOLDER.
 *
 * A hook gives its body. A reply and an answer give four lines (status, Retry-After, X-App-Usage,
 * X-Business-Use-Case-Usage) and its body, which is the form that fuzz targets of classify() and of
 * gct.profile/1 take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/slice.h"
#include "vector.h"

#define BYTES ((size_t)64u << 20)

static struct gct_slice header(const struct gct_http_response *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (gct_slice_eq_nocase(reply->headers[i].name, gct_slice_of(name)))
            return reply->headers[i].value;
    }
    return GCT_EMPTY;
}

static void write_input(const struct vector *vector, struct gct_buffer *out)
{
    const struct gct_http_response *reply = &vector->reply;

    if (vector->kind != VECTOR_HOOK)
        gct_buffer_add_format(out, "%u\n%.*s\n%.*s\n%.*s\n", (unsigned)reply->status,
                              GCT_ARG(header(reply, "Retry-After")), GCT_ARG(header(reply, "X-App-Usage")),
                              GCT_ARG(header(reply, "X-Business-Use-Case-Usage")));
    gct_buffer_add(out, vector->kind == VECTOR_HOOK ? vector->hook.body : reply->body);
}

static enum vector_kind kind_named(const char *word)
{
    if (strcmp(word, "reply") == 0)
        return VECTOR_REPLY;
    return strcmp(word, "answer") == 0 ? VECTOR_ANSWER : VECTOR_HOOK;
}

int main(int argc, char **argv)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_arena *arena = gct_arena_new(BYTES);
    struct vector *vectors = NULL;
    size_t count = 0;
    enum vector_kind kind = argc == 4 ? kind_named(argv[2]) : VECTOR_HOOK;
    enum gct_status status = GCT_INVALID;

    if (argc != 4) {
        (void)fprintf(stderr, "usage: %s VECTORS hook|reply|answer FOLDER\n", argv[0]);
        goto out;
    }
    status = vector_read_all(argv[1], arena, &vectors, &count, &err);
    if (status == GCT_OK)
        status = gct_folder_make(argv[3], 0755, &err);
    for (size_t i = 0; status == GCT_OK && i < count; i++) {
        struct gct_buffer bytes = { 0 };
        char path[4096];

        (void)snprintf(path, sizeof(path), "%s/%.*s", argv[3], GCT_ARG(vectors[i].name));
        write_input(&vectors[i], &bytes);
        if (vectors[i].kind == kind)
            status = gct_file_write(path, gct_buffer_slice(&bytes), 0644, &err);
        gct_buffer_free(&bytes);
    }
    if (status != GCT_OK)
        (void)fprintf(stderr, "%s\n", err.text);
out:
    gct_arena_free(&arena);
    return status == GCT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
