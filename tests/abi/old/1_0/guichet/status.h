/* The one vocabulary of results, from a plugin's callback to a REST answer. */
#ifndef GUICHET_STATUS_H
#define GUICHET_STATUS_H

/* name, value, sentence for a person. Values never change; new ones are added at the end. */
#define GCT_STATUS_TABLE(X)                                                                                  \
    X(OK, 0, "done")                                                                                         \
    X(AGAIN, 1, "busy, try again later")                                                                     \
    X(INVALID, 2, "the input is not valid")                                                                  \
    X(UNSUPPORTED, 3, "valid, but not supported")                                                            \
    X(LIMIT, 4, "a limit was reached")                                                                       \
    X(INTERNAL, 5, "an internal defect")                                                                     \
    X(NOT_FOUND, 6, "there is no such thing")                                                                \
    X(CONFLICT, 7, "something else came first")                                                              \
    X(DENIED, 8, "not allowed")                                                                              \
    X(UNAVAILABLE, 9, "not available now")                                                                   \
    X(INCOMPATIBLE, 10, "made for another version")                                                          \
    X(PROTOCOL, 11, "the other side broke the protocol")                                                     \
    X(TIMEOUT, 12, "took too long")                                                                          \
    X(DUPLICATE, 13, "already there")                                                                        \
    X(DONE, 14, "nothing is left")

#define GCT_STATUS_AS_ENUM(name, value, text) GCT_##name = value,
enum gct_status { GCT_STATUS_TABLE(GCT_STATUS_AS_ENUM) GCT_STATUS_COUNT };
#undef GCT_STATUS_AS_ENUM

#endif
