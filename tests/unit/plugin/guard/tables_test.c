#include "plugin/guard/tables.c"

#include "cmocka_all.h"

static struct gct_arena *arena;
static struct gct_rule rule;
static const struct gct_rule *rule_list[] = { &rule };
static struct gct_ext_rules rules;
static struct gct_signed_part part;
static struct gct_verify_scheme scheme;
static const struct gct_verify_scheme *scheme_list[] = { &scheme };
static struct gct_verify_challenge challenge;
static struct gct_ext_verify verify;
static struct gct_place place;
static const struct gct_place *place_list[] = { &place };
static struct gct_ext_places places;

static const void *extension(const struct gct_plugin *plugin, const char *id)
{
    (void)plugin;
    return strcmp(id, GCT_EXT_RULES) == 0    ? (const void *)&rules
           : strcmp(id, GCT_EXT_VERIFY) == 0 ? (const void *)&verify
                                             : (const void *)&places;
}

static int make_right(void **state)
{
    (void)state;
    arena = gct_arena_new((size_t)1 << 20);
    rule = (struct gct_rule){ sizeof rule, GCT_RULE_TEXT_LIMIT, 2000, "2026-05-05", "https://a.example" };
    rules = (struct gct_ext_rules){ .size = sizeof rules, .rules = rule_list, .rule_count = 1 };
    part = (struct gct_signed_part){ GCT_PART_BODY, 0, NULL };
    scheme = (struct gct_verify_scheme){ .size = sizeof scheme,
                                         .packing = GCT_PACKING_PREFIX,
                                         .proof = GCT_PROOF_HMAC_SHA256,
                                         .encoding = GCT_ENCODING_HEX,
                                         .path = "",
                                         .header = "X-Signature",
                                         .prefix = "sha256=",
                                         .secret_option = "app_secret",
                                         .parts = &part,
                                         .part_count = 1 };
    challenge = (struct gct_verify_challenge){ .size = sizeof challenge,
                                               .token_parameter = "token",
                                               .token_option = "verify_token",
                                               .answer_parameter = "challenge" };
    verify = (struct gct_ext_verify){
        .size = sizeof verify, .schemes = scheme_list, .scheme_count = 1, .challenge = &challenge
    };
    place = (struct gct_place){ sizeof place, GCT_PLACE_SECRET, "token", "token", NULL };
    places = (struct gct_ext_places){ .size = sizeof places, .places = place_list, .place_count = 1 };
    return 0;
}

static int drop(void **state)
{
    (void)state;
    gct_arena_free(&arena);
    return 0;
}

static enum gct_status take(struct guard_tables *out, struct gct_error *err)
{
    const struct gct_plugin plugin = { .size = sizeof plugin, .get_extension = extension };
    return guard_tables(&plugin, arena, out, err);
}

static void right_tables_are_copied_in_depth(void **state)
{
    struct guard_tables out;
    (void)state;
    assert_int_equal(take(&out, NULL), GCT_OK);
    rule.value = 1;
    scheme.header = "changed";
    place.name = "changed";
    assert_int_equal(out.rules->rules[0]->value, 2000);
    assert_string_equal(out.verify->schemes[0]->header, "X-Signature");
    assert_string_equal(out.verify->challenge->token_option, "verify_token");
    assert_string_equal(out.places->places[0]->name, "token");
}

#define SPOIL(member, wrong, sentence)                                                                       \
    do {                                                                                                     \
        struct guard_tables out;                                                                             \
        struct gct_error err = { GCT_OK, "" };                                                               \
        __typeof__(member) before = (member);                                                                \
        (member) = (wrong);                                                                                  \
        if (take(&out, &err) != GCT_PROTOCOL || strcmp(err.text, (sentence)) != 0) {                         \
            fail_msg(#member " = " #wrong ": \"%s\"", err.text);                                             \
        }                                                                                                    \
        (member) = before;                                                                                   \
        assert_int_equal(take(&out, &err), GCT_OK);                                                          \
    } while (0)

static void each_spoilt_member_is_refused(void **state)
{
    (void)state;
    SPOIL(rules.size, 8, "gct.rules/1: its size is 8, ABI 1.0 needs 56");
    SPOIL(rules.rule_count, 257, "gct.rules/1: rules says 257 entries, at most 256 are taken");
    SPOIL(rules.rules, NULL, "gct.rules/1: rules says 1 entries and is NULL, at most 256 are taken");
    SPOIL(rule.size, 4, "gct.rules/1: its size is 4, ABI 1.0 needs 32");
    SPOIL(rule.key, 0, "gct.rules/1: key is 0, it must be between 1 and 4294967295");
    SPOIL(rule.value, -1, "gct.rules/1: value is -1, it must be between 0 and 9223372036854775807");
    SPOIL(rule.since, NULL, "gct.rules/1: since is NULL");
    SPOIL(rules.engagement_count, 1, "gct.rules/1: engagement is NULL");
    SPOIL(rules.engagement_count, SIZE_MAX,
          "gct.rules/1: engagement_count is -1, it must be between 0 and 256");
    SPOIL(verify.size, 0, "gct.verify/1: its size is 0, ABI 1.0 needs 32");
    SPOIL(verify.scheme_count, SIZE_MAX,
          "gct.verify/1: schemes says 18446744073709551615 entries, at most 256 are taken");
    SPOIL(scheme.size, 12, "gct.verify/1: its size is 12, ABI 1.0 needs 96");
    SPOIL(scheme.packing, 9, "gct.verify/1: packing is 9, it must be between 1 and 4");
    SPOIL(scheme.proof, 0, "gct.verify/1: proof is 0, it must be between 1 and 2");
    SPOIL(scheme.encoding, 0, "gct.verify/1: encoding is 0, it must be between 1 and 2");
    SPOIL(scheme.path, NULL, "gct.verify/1: path is NULL");
    SPOIL(scheme.header, NULL, "gct.verify/1: header is NULL");
    SPOIL(scheme.header, "X\nY", "gct.verify/1: header holds control character 0x0a");
    SPOIL(scheme.prefix, NULL, "gct.verify/1: prefix is NULL");
    SPOIL(scheme.secret_option, NULL, "gct.verify/1: secret_option is NULL");
    SPOIL(scheme.parts, NULL, "gct.verify/1: parts is NULL");
    SPOIL(scheme.part_count, 0, "gct.verify/1: part_count is 0, it must be between 1 and 8");
    SPOIL(scheme.part_count, GUARD_SIGNED_PARTS + 1u,
          "gct.verify/1: part_count is 9, it must be between 1 and 8");
    SPOIL(scheme.max_age_ms, 300000, "gct.verify/1: time_unit_ms is 0, it must be between 1 and 1000");
    scheme.time_unit_ms = 1000;
    SPOIL(
        scheme.max_age_ms, 300000,
        "gct.verify/1: max_age_ms is 300000, so one of time_header and time_pair must say where the time is");
    scheme.time_unit_ms = 0;
    SPOIL(scheme.max_age_ms, -1, "gct.verify/1: max_age_ms is -1, it must be between 0 and 34560000000");
    SPOIL(scheme.time_pair, "t", "gct.verify/1: time_pair is set and the packing has no pairs");
    SPOIL(part.kind, 0, "gct.verify/1: part kind is 0, it must be between 1 and 4");
    SPOIL(part.kind, GCT_PART_HEADER, "gct.verify/1: part name is NULL");
    SPOIL(part.kind, GCT_PART_PAIR, "gct.verify/1: a part is a pair and the packing has none");
    SPOIL(challenge.token_option, NULL, "gct.verify/1: token_option is NULL");
    SPOIL(challenge.mode_parameter, "mode", "gct.verify/1: mode_value is NULL");
    SPOIL(challenge.answer_parameter, NULL, "gct.verify/1: answer_parameter is NULL");
    SPOIL(challenge.size, 8, "gct.verify/1: its size is 8, ABI 1.0 needs 48");
    SPOIL(places.size, 4, "gct.places/1: its size is 4, ABI 1.0 needs 24");
    SPOIL(place.kind, 3, "gct.places/1: kind is 3, it must be between 1 and 2");
    SPOIL(place.kind, GCT_PLACE_HMAC_SHA256_HEX, "gct.places/1: key is NULL");
    SPOIL(place.name, NULL, "gct.places/1: name is NULL");
    SPOIL(place.option, NULL, "gct.places/1: option is NULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(right_tables_are_copied_in_depth, make_right, drop),
        cmocka_unit_test_setup_teardown(each_spoilt_member_is_refused, make_right, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
