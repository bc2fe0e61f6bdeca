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

#define SPOIL(member, wrong)                                                                                 \
    do {                                                                                                     \
        struct guard_tables out;                                                                             \
        struct gct_error err = { GCT_OK, "" };                                                               \
        __typeof__(member) before = (member);                                                                \
        (member) = (wrong);                                                                                  \
        if (take(&out, &err) != GCT_PROTOCOL || err.text[0] == '\0') {                                       \
            fail_msg(#member " = " #wrong ": \"%s\"", err.text);                                             \
        }                                                                                                    \
        (member) = before;                                                                                   \
        assert_int_equal(take(&out, &err), GCT_OK);                                                          \
    } while (0)

static void each_spoilt_member_is_refused(void **state)
{
    (void)state;
    SPOIL(rules.size, 8);
    SPOIL(rules.rule_count, 257);
    SPOIL(rules.rules, NULL);
    SPOIL(rule.size, 4);
    SPOIL(rule.key, 0);
    SPOIL(rule.value, -1);
    SPOIL(rule.since, NULL);
    SPOIL(rules.engagement_count, SIZE_MAX);
    SPOIL(verify.size, 0);
    SPOIL(verify.scheme_count, SIZE_MAX);
    SPOIL(scheme.size, 12);
    SPOIL(scheme.packing, 9);
    SPOIL(scheme.proof, 0);
    SPOIL(scheme.encoding, 0);
    SPOIL(scheme.path, NULL);
    SPOIL(scheme.header, NULL);
    SPOIL(scheme.header, "X\nY");
    SPOIL(scheme.prefix, NULL);
    SPOIL(scheme.secret_option, NULL);
    SPOIL(scheme.parts, NULL);
    SPOIL(scheme.part_count, 0);
    SPOIL(scheme.part_count, GUARD_SIGNED_PARTS + 1u);
    SPOIL(scheme.max_age_ms, 300000);
    SPOIL(scheme.max_age_ms, -1);
    SPOIL(scheme.time_pair, "t");
    SPOIL(part.kind, 0);
    SPOIL(part.kind, GCT_PART_HEADER);
    SPOIL(part.kind, GCT_PART_PAIR);
    SPOIL(challenge.token_option, NULL);
    SPOIL(challenge.mode_parameter, "mode");
    SPOIL(challenge.answer_parameter, NULL);
    SPOIL(challenge.size, 8);
    SPOIL(places.size, 4);
    SPOIL(place.kind, 3);
    SPOIL(place.kind, GCT_PLACE_HMAC_SHA256_HEX);
    SPOIL(place.name, NULL);
    SPOIL(place.option, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(right_tables_are_copied_in_depth, make_right, drop),
        cmocka_unit_test_setup_teardown(each_spoilt_member_is_refused, make_right, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
