/* Host extension "gct.config/1": the channel's options, typed and already checked against the manifest.
 *
 * A secret never reaches a plugin. secret_set tells only whether one is configured; its value goes where
 * gct.verify/1 and gct.places/1 say, without the plugin. */
#ifndef GUICHET_CONFIG_H
#define GUICHET_CONFIG_H

#include <guichet/abi.h>

#define GCT_EXT_CONFIG "gct.config/1"

#ifdef __cplusplus
extern "C" {
#endif

struct gct_config; /* opaque; valid until open() returns */

struct gct_ext_config {
    uint32_t size;
    uint32_t reserved; /* zero */

    /* The value of a text, choice or url option; empty when it is not set. [open] */
    struct gct_slice (*text)(const struct gct_config *config, const char *option);

    /* The value of a number option, or its default. [open] */
    int64_t (*number)(const struct gct_config *config, const char *option);

    /* 1 when a flag option is on. [open] */
    uint32_t (*flag)(const struct gct_config *config, const char *option);

    /* 1 when a secret option has a value. [open] */
    uint32_t (*secret_set)(const struct gct_config *config, const char *option);

    /* How many accounts the channel has. [open] */
    size_t (*account_count)(const struct gct_config *config);

    /* The platform id of account number index; empty past the last. [open] */
    struct gct_slice (*account_id)(const struct gct_config *config, size_t index);

    /* A text option of account number index; empty when it is not set. [open] */
    struct gct_slice (*account_text)(const struct gct_config *config, size_t index, const char *option);
};

#ifdef __cplusplus
}
#endif

#endif
