/* What a text may look like to stand in the engagement log. Pure, any thread. */
#ifndef GUICHET_CORE_ENGAGEMENT_ALLOWED_H
#define GUICHET_CORE_ENGAGEMENT_ALLOWED_H

#include <guichet/abi.h>

/* Shapes of a field. */
enum allowed_shape {
    ALLOWED_WORD,     /* 1 to 64 of [a-z0-9_.-]: names that the code or a plugin gives */
    ALLOWED_KEY,      /* a random key: 26 of [a-z2-7] */
    ALLOWED_EVENT,    /* an event's id: UUID in lower case */
    ALLOWED_LANGUAGE, /* "fr", "en", "other" */
    ALLOWED_CAMPAIGN, /* 1 to 32 of [a-z0-9._-], and nothing personal */
    ALLOWED_LABEL     /* a business's own words: 1 to 64 characters, and nothing personal */
};

int allowed_as(enum allowed_shape shape, struct gct_slice text);

#endif
