#include "plugin/verify.h"

#include <string.h>

#include "base/crypto.h"
#include "base/slice.h"
#include "plugin/instance.h"

#define SIGNATURES 8u

/* What a signature header holds, as far as it could be read. */
struct claim {
    struct gct_slice header; /* its whole value */
    unsigned char signatures[SIGNATURES][GCT_SHA256_BYTES];
    size_t count;
    struct gct_slice bearer;
    const char *problem; /* why the hook cannot be accepted, or NULL */
};

/* The first complaint stays. Reading goes on all the same. */
static void complain(struct claim *claim, const char *problem)
{
    claim->problem = claim->problem == NULL ? problem : claim->problem;
}

/* The value of the one header of that name. Two of them say different things to different readers: none
 * counts. */
static struct gct_slice find_header(const struct gct_header *headers, size_t count, const char *name,
                                    int *found)
{
    struct gct_slice value = GCT_EMPTY;
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        if (gct_slice_eq_nocase(headers[i].name, gct_slice_of(name))) {
            value = headers[i].value;
            seen++;
        }
    }
    *found = seen == 1u;
    return *found ? value : GCT_EMPTY;
}

/* The value of the one "key=value" of that key in a list with commas. */
static struct gct_slice find_pair(struct gct_slice header, const char *key, int *found)
{
    struct gct_slice part = GCT_EMPTY;
    struct gct_slice value = GCT_EMPTY;
    size_t seen = 0;
    while (gct_slice_split(&header, ',', &part)) {
        part = gct_slice_trim(part);
        size_t equals = gct_slice_find(part, '=');
        if (equals < part.len && gct_slice_is(gct_slice_head(part, equals), key)) {
            value = gct_slice_from(part, equals + 1u);
            seen++;
        }
    }
    *found = seen == 1u;
    return *found ? value : GCT_EMPTY;
}

/* One written signature as bytes; what cannot be read is no signature. */
static void take_signature(const struct gct_verify_scheme *scheme, struct claim *claim, struct gct_slice text)
{
    unsigned char bytes[GCT_SHA256_BYTES + 2u];
    size_t len = GCT_SHA256_BYTES;
    enum gct_status st = scheme->encoding == GCT_ENCODING_HEX
                             ? gct_hex_decode(text, bytes, GCT_SHA256_BYTES)
                             : gct_base64_decode(text, bytes, sizeof bytes, &len);
    if (st == GCT_OK && len == GCT_SHA256_BYTES && claim->count < SIGNATURES) {
        memcpy(claim->signatures[claim->count++], bytes, GCT_SHA256_BYTES);
    }
}

static void read_claim(const struct gct_verify_scheme *scheme, struct claim *claim)
{
    struct gct_slice rest = claim->header;
    struct gct_slice word = rest;
    int found = 1;
    switch (scheme->packing) {
    case GCT_PACKING_PREFIX:
        found = gct_slice_starts(rest, gct_slice_of(scheme->prefix));
        word = found ? gct_slice_from(rest, strlen(scheme->prefix)) : GCT_EMPTY;
        break;
    case GCT_PACKING_PAIRS: word = find_pair(rest, scheme->prefix, &found); break;
    case GCT_PACKING_LIST:
        while (gct_slice_split(&rest, ' ', &word)) {
            size_t comma = gct_slice_find(word, ',');
            if (comma < word.len && gct_slice_is(gct_slice_head(word, comma), scheme->prefix)) {
                take_signature(scheme, claim, gct_slice_from(word, comma + 1u));
            }
        }
        break;
    default: break;
    }
    if (!found) {
        complain(claim, "is not packed as it should be");
    }
    if (scheme->proof == GCT_PROOF_BEARER) {
        claim->bearer = word;
    } else if (scheme->packing != GCT_PACKING_LIST) {
        take_signature(scheme, claim, word);
    }
    if (scheme->proof == GCT_PROOF_HMAC_SHA256 && claim->count == 0) {
        complain(claim, "holds no signature of the right form");
    }
}

/* The signed text, in parts; what is missing is empty. */
static void read_parts(const struct gct_verify_scheme *scheme, const struct gct_header *headers,
                       size_t header_count, struct gct_slice body, struct claim *claim,
                       struct gct_slice *parts)
{
    for (size_t i = 0; i < scheme->part_count; i++) {
        const char *name = scheme->parts[i].name;
        int found = 1;
        switch (scheme->parts[i].kind) {
        case GCT_PART_HEADER: parts[i] = find_header(headers, header_count, name, &found); break;
        case GCT_PART_PAIR: parts[i] = find_pair(claim->header, name, &found); break;
        case GCT_PART_BODY: parts[i] = body; break;
        default: parts[i] = gct_slice_of(name); break;
        }
        if (!found) {
            complain(claim, "comes without a part of the signed text");
        }
    }
}

/* The time of signing, where the scheme has one. */
static void check_time(const struct gct_verify_scheme *scheme, const struct gct_header *headers,
                       size_t header_count, int64_t now_ms, struct claim *claim)
{
    int found = 0;
    int64_t at = 0;
    struct gct_slice text;
    if (scheme->max_age_ms == 0) {
        return;
    }
    text = scheme->time_header != NULL ? find_header(headers, header_count, scheme->time_header, &found)
                                       : find_pair(claim->header, scheme->time_pair, &found);
    if (gct_slice_integer(text, 0, GUARD_LATEST_MS / scheme->time_unit_ms, &at) != GCT_OK) {
        complain(claim, "comes without a readable time of signing");
        return;
    }
    at *= scheme->time_unit_ms;
    if (at < now_ms - scheme->max_age_ms || at > now_ms + scheme->max_age_ms) {
        complain(claim, at < now_ms ? "was signed too long ago" : "was signed in the future");
    }
}

/* 1 when secret proves the claim. Always computes the digest, and compares with every signature there is room
 * for. */
static int proves(const struct gct_verify_scheme *scheme, const struct plugin_secret *secret,
                  const struct gct_slice *parts, const struct claim *claim)
{
    unsigned char digest[GCT_SHA256_BYTES];
    int match = 0;
    if (scheme->proof == GCT_PROOF_BEARER) {
        gct_sha256(claim->bearer, digest); /* digests have one length, so that the secret's does not show */
        return gct_equal_secret((struct gct_slice){ (const char *)digest, sizeof digest },
                                (struct gct_slice){ (const char *)secret->digest, sizeof secret->digest });
    }
    gct_hmac_sign(secret->hmac, parts, scheme->part_count, digest);
    for (size_t i = 0; i < SIGNATURES; i++) {
        int same = gct_equal_secret((struct gct_slice){ (const char *)digest, sizeof digest },
                                    (struct gct_slice){ (const char *)claim->signatures[i], sizeof digest });
        match |= same & (i < claim->count);
    }
    return match;
}

static int verify_scheme(const struct gct_instance *instance, const struct gct_verify_scheme *scheme,
                         const struct gct_header *headers, size_t header_count, struct gct_slice body,
                         int64_t now_ms, struct gct_error *err)
{
    struct claim claim;
    struct gct_slice parts[GUARD_SIGNED_PARTS];
    struct plugin_secret *first = NULL;
    const struct plugin_value *value =
        plugin_settings_value(&instance->settings, NULL, scheme->secret_option);
    size_t secrets = value == NULL ? 0 : value->secret_count;
    int found = 0;
    memset(&claim, 0, sizeof claim);
    claim.header = find_header(headers, header_count, scheme->header, &found);
    if (!found) {
        complain(&claim, "is missing, or there twice");
    }
    read_claim(scheme, &claim);
    read_parts(scheme, headers, header_count, body, &claim, parts);
    check_time(scheme, headers, header_count, now_ms, &claim);
    for (size_t i = 0; i < secrets; i++) {
        if (proves(scheme, &value->secrets[i], parts, &claim) && first == NULL) {
            first = &value->secrets[i];
        }
    }
    if (first == NULL) {
        complain(&claim, "does not match");
    }
    if (claim.problem != NULL) {
        (void)gct_error_set(err, GCT_DENIED, "header %s %s", scheme->header, claim.problem);
        return 0;
    }
    atomic_fetch_add_explicit(&first->matches, 1u, memory_order_relaxed);
    return 1;
}

enum gct_status gct_verify_hook(const struct gct_instance *instance, struct gct_slice path,
                                const struct gct_header *headers, size_t header_count, struct gct_slice body,
                                int64_t now_ms, struct gct_error *err)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    const struct gct_ext_verify *verify = instance->tables.verify;
    int known = 0;
    int accepted = 0;
    for (size_t i = 0; verify != NULL && i < verify->scheme_count; i++) {
        if (gct_slice_is(path, verify->schemes[i]->path)) {
            known = 1;
            accepted |= verify_scheme(instance, verify->schemes[i], headers, header_count, body, now_ms, err);
        }
    }
    return accepted ? GCT_OK
           : known  ? GCT_DENIED
                    : gct_error_set(err, GCT_NOT_FOUND, "no hooks are taken on this path");
}

/* ---- the request to confirm an address ---- */

/* The raw value of the one parameter of that name. room has query.len bytes, for decoding names. */
static struct gct_slice find_parameter(struct gct_slice query, const char *name, char *room, int *found)
{
    struct gct_slice part = GCT_EMPTY;
    struct gct_slice value = GCT_EMPTY;
    size_t seen = 0;
    while (gct_slice_split(&query, '&', &part)) {
        size_t equals = gct_slice_find(part, '=');
        size_t len = 0;
        if (gct_percent_decode(gct_slice_head(part, equals), room, &len) == GCT_OK &&
            gct_slice_is((struct gct_slice){ room, len }, name)) {
            value = gct_slice_from(part, equals + 1u);
            seen++;
        }
    }
    *found = seen == 1u;
    return *found ? value : GCT_EMPTY;
}

/* The decoded value of a parameter, in room. */
static struct gct_slice read_parameter(struct gct_slice query, const char *name, char *room, int *ok)
{
    size_t len = 0;
    struct gct_slice raw = find_parameter(query, name, room, ok);
    *ok = *ok && gct_percent_decode(raw, room, &len) == GCT_OK;
    return (struct gct_slice){ room, *ok ? len : 0 };
}

enum gct_status gct_verify_challenge(const struct gct_instance *instance, struct gct_slice query, char *room,
                                     struct gct_slice *answer, struct gct_error *err)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    const struct gct_ext_verify *verify = instance->tables.verify;
    const struct gct_verify_challenge *challenge = verify == NULL ? NULL : verify->challenge;
    int mode_ok = 1;
    int token_ok = 0;
    int answer_ok = 0;
    int match = 0;
    *answer = GCT_EMPTY;
    if (challenge == NULL) {
        return gct_error_set(err, GCT_NOT_FOUND, "this channel's platform does not ask for its address");
    }
    if (challenge->mode_parameter != NULL) {
        struct gct_slice mode = read_parameter(query, challenge->mode_parameter, room, &mode_ok);
        mode_ok = mode_ok && gct_slice_is(mode, challenge->mode_value);
    }
    const struct plugin_value *value =
        plugin_settings_value(&instance->settings, NULL, challenge->token_option);
    struct gct_slice token = read_parameter(query, challenge->token_parameter, room, &token_ok);
    unsigned char digest[GCT_SHA256_BYTES];
    gct_sha256(token, digest);
    for (size_t i = 0; value != NULL && i < value->secret_count; i++) {
        match |=
            gct_equal_secret((struct gct_slice){ (const char *)digest, sizeof digest },
                             (struct gct_slice){ (const char *)value->secrets[i].digest, sizeof digest });
    }
    struct gct_slice said = read_parameter(query, challenge->answer_parameter, room, &answer_ok);
    if (!mode_ok || !token_ok || !match || !answer_ok || said.len == 0) {
        return gct_error_set(err, GCT_DENIED, "%s",
                             !mode_ok              ? "the mode is missing or another"
                             : !token_ok || !match ? "the token is missing or wrong"
                                                   : "there is nothing to answer with");
    }
    *answer = said;
    return GCT_OK;
}

int gct_verify_count(const struct gct_instance *instance, size_t index, struct gct_verify_count *out)
{
    GCT_CHECK_OBJ(instance, INSTANCE_MAGIC);
    for (size_t i = 0; i < instance->manifest->option_count; i++) {
        const struct gct_manifest_option *option = &instance->manifest->options[i];
        const struct plugin_value *value = &instance->settings.values[i];
        if (option->per_account) {
            continue;
        }
        if (index < value->secret_count) {
            out->option = option->name;
            out->value = index;
            out->matches = atomic_load_explicit(&value->secrets[index].matches, memory_order_relaxed);
            return 1;
        }
        index -= value->secret_count;
    }
    return 0;
}
