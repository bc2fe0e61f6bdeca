/* The first file of a vector: a hook, a message, a reply, a contact or an answer as readable JSON, turned
 * into what a plugin is given.
 *
 * README.md beside this file describes the format. Everything that is read lives in the arena. */
#ifndef GUICHET_TESTS_PLUGINS_VECTOR_H
#define GUICHET_TESTS_PLUGINS_VECTOR_H

#include <guichet/guichet.h>

#include "base/arena.h"
#include "base/error.h"

#define VECTOR_KIND_TABLE(X)                                                                                 \
    X(HOOK, ".hook.json", ".events.json")                                                                    \
    X(MESSAGE, ".message.json", ".requests.json")                                                            \
    X(REPLY, ".reply.json", ".verdict.json")                                                                 \
    X(CONTACT, ".contact.json", ".question.json")                                                            \
    X(ANSWER, ".answer.json", ".profile.json")
#define VECTOR_AS_ENUM(name, given, wanted) VECTOR_##name,
enum vector_kind { VECTOR_KIND_TABLE(VECTOR_AS_ENUM) VECTOR_KIND_COUNT };
#undef VECTOR_AS_ENUM

struct vector {
    enum vector_kind kind;
    struct gct_slice name;    /* "01-text" */
    const char *wanted;       /* path of the second file */
    struct gct_slice channel; /* which of channel.json; "default" when the file does not say */
    int64_t now_ms;
    struct gct_http_request hook;   /* VECTOR_HOOK */
    struct gct_message message;     /* VECTOR_MESSAGE */
    struct gct_http_response reply; /* VECTOR_REPLY, VECTOR_ANSWER */
    struct gct_slice account;       /* VECTOR_CONTACT */
    struct gct_slice customer;      /* VECTOR_CONTACT */
};

/* All vectors of a folder in the order of their names. GCT_INVALID with file and reason. */
GCT_NODISCARD enum gct_status vector_read_all(const char *folder, struct gct_arena *arena,
                                              struct vector **vectors, size_t *count, struct gct_error *err);

#endif
