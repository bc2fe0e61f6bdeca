#include "plugin/guard/request.c"

#include <string.h>

#include "cmocka_all.h"

static const struct gct_profile_reply RIGHT = { .size = sizeof RIGHT,
                                                .outcome = GCT_PROFILE_ANSWERED,
                                                .name = { GCT_TEXT("Ana") },
                                                .handle = { GCT_TEXT("@ana") },
                                                .avatar_url = { GCT_TEXT("https://example.com/a.png") },
                                                .lang = { GCT_TEXT("fr-CA") } };

static void a_profile_is_copied_and_an_address_of_another_kind_left_out(void **state)
{
    struct gct_arena *arena = gct_arena_new(65536);
    struct gct_profile_reply out = { 0 };
    struct gct_profile_reply from = RIGHT;
    (void)state;
    assert_int_equal(guard_profile(&from, arena, &out, NULL), GCT_OK);
    assert_slice(out.name, "Ana");
    assert_slice(out.handle, "@ana");
    assert_slice(out.avatar_url, "https://example.com/a.png");
    assert_slice(out.lang, "fr-CA");
    assert_ptr_not_equal(out.name.ptr, from.name.ptr);
    from.avatar_url = GCT_LIT("javascript:alert(1)");
    from.outcome = 77;
    from.retry_after_ms = GUARD_LONGEST_MS;
    assert_int_equal(guard_profile(&from, arena, &out, NULL), GCT_OK);
    assert_int_equal(out.avatar_url.len, 0);
    assert_int_equal(out.outcome, GCT_PROFILE_REFUSED);
    assert_int_equal(out.retry_after_ms, LONGEST_PAUSE_MS);
    gct_arena_free(&arena);
}

static void a_profile_that_breaks_the_contract_is_garbage(void **state)
{
    struct gct_arena *arena = gct_arena_new(65536);
    struct gct_error err = { GCT_OK, "" };
    (void)state;
    struct gct_profile_reply cases[] = { RIGHT, RIGHT, RIGHT, RIGHT, RIGHT, RIGHT };
    cases[0].size = 8;
    cases[1].outcome = 0;
    cases[2].retry_after_ms = -1;
    cases[3].name = GCT_LIT("A\nna");
    cases[4].handle = GCT_LIT("\xff");
    cases[5].lang = (struct gct_slice){ NULL, 3 };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_profile_reply out = { 0 };
        assert_int_equal(guard_profile(&cases[i], arena, &out, &err), GCT_PROTOCOL);
        assert_int_equal(out.size, 0);
    }
    gct_arena_free(&arena);
}

static void a_translation_has_one_request_for_a_profile(void **state)
{
    const struct gct_http_request request = { .size = sizeof request,
                                              .method = GCT_LIT("GET"),
                                              .path = GCT_LIT("/1") };
    struct gct_arena *arena = gct_arena_new(65536);
    struct gct_translation translation = { .kind = GCT_PROFILE_REQUEST, .arena = arena };
    (void)state;
    assert_int_equal(guard_take_request(&translation, &request), GCT_OK);
    assert_int_equal(guard_take_request(&translation, &request), GCT_LIMIT);
    translation = (struct gct_translation){ .kind = GCT_PROFILE_REQUEST, .arena = arena };
    guard_finish(&translation, GCT_OK, NULL, GCT_EMPTY);
    assert_int_equal(translation.status, GCT_PROTOCOL);
    assert_slice(translation.reason, "request of gct.profile/1 returned 0 (done) and emitted no request");
    translation = (struct gct_translation){ .kind = GCT_PROFILE_READ, .arena = arena };
    guard_take_profile(&translation, &RIGHT);
    guard_finish(&translation, GCT_OK, NULL, GCT_EMPTY);
    assert_int_equal(translation.status, GCT_OK);
    assert_slice(translation.profile.name, "Ana");
    gct_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_profile_is_copied_and_an_address_of_another_kind_left_out),
        cmocka_unit_test(a_profile_that_breaks_the_contract_is_garbage),
        cmocka_unit_test(a_translation_has_one_request_for_a_profile),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
