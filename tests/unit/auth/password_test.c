#include "auth/password.c"
#include "cmocka_all.h"

static void only_weak_passwords_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *password;
        enum gct_status status;
    } cases[] = {
        { "short", GCT_INVALID },        { "1234567", GCT_INVALID },     { "password", GCT_INVALID },
        { "PASSWORD", GCT_INVALID },     { "12345678", GCT_INVALID },    { "lea.tremblay", GCT_INVALID },
        { "LEA.Tremblay", GCT_INVALID }, { "aaaaaaa\xff", GCT_INVALID }, { "érable à sucre", GCT_OK },
        { "correct horse", GCT_OK },     { "é€é€é€é€", GCT_OK },         { "é€é€é€é", GCT_INVALID },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct gct_error err = { 0 };
        assert_int_equal(
            gct_password_acceptable(gct_slice_of(cases[i].password), GCT_LIT("lea.tremblay"), &err),
            cases[i].status);
    }
    char longest[130];
    struct gct_error err = { 0 };
    memset(longest, 'x', sizeof longest);
    longest[0] = 'y';
    assert_int_equal(gct_password_acceptable((struct gct_slice){ longest, 128u }, GCT_EMPTY, &err), GCT_OK);
    assert_int_equal(gct_password_acceptable((struct gct_slice){ longest, 129u }, GCT_EMPTY, &err),
                     GCT_INVALID);
}

static void a_hash_fits_its_password_alone_and_differs_each_time(void **state)
{
    (void)state;
    char one[GCT_PHC_TEXT];
    char two[GCT_PHC_TEXT];
    int outdated = 1;
    struct gct_error err = { 0 };
    assert_int_equal(gct_password_hash(GCT_LIT("érable à sucre"), one, &err), GCT_OK);
    assert_int_equal(gct_password_hash(GCT_LIT("érable à sucre"), two, &err), GCT_OK);
    assert_string_not_equal(one, two);
    assert_memory_equal(one, "$argon2id$v=19$m=19456,t=2,p=1$", 31u);
    assert_int_equal(gct_password_check(GCT_LIT("érable à sucre"), one, &outdated), GCT_OK);
    assert_false(outdated);
    assert_int_equal(gct_password_check(GCT_LIT("érable a sucre"), one, &outdated), GCT_DENIED);
}

static void nobody_and_a_broken_hash_are_denied(void **state)
{
    (void)state;
    int outdated = 1;
    assert_int_equal(gct_password_check(GCT_LIT("x"), "", &outdated), GCT_DENIED);
    assert_int_equal(gct_password_check(GCT_EMPTY, "", &outdated), GCT_DENIED);
    assert_int_equal(gct_password_check(GCT_LIT("x"), "$argon2id$nonsense", &outdated), GCT_DENIED);
    assert_int_equal(gct_password_check(GCT_LIT("x"), "x", &outdated), GCT_DENIED);
}

/* A string that libsodium cannot read, or one of weaker settings, would be compared in no time. */
static void nobody_costs_what_everybody_costs(void **state)
{
    char phc[GCT_PHC_TEXT];
    (void)state;
    assert_int_equal(gct_password_hash(GCT_LIT("x"), phc, NULL), GCT_OK);
    assert_int_equal(strlen(nobody), strlen(phc));
    assert_int_equal(crypto_pwhash_str_needs_rehash(nobody, HASH_PASSES, HASH_MEMORY), 0);
}

static void a_hash_of_weaker_settings_is_outdated(void **state)
{
    (void)state;
    char weak[crypto_pwhash_STRBYTES];
    int outdated = 0;
    assert_true(sodium_init() >= 0);
    assert_int_equal(
        crypto_pwhash_str_alg(weak, "secret words", 12u, 1u, 8192u << 10, crypto_pwhash_ALG_ARGON2ID13), 0);
    assert_int_equal(gct_password_check(GCT_LIT("secret words"), weak, &outdated), GCT_OK);
    assert_true(outdated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_weak_passwords_are_refused),
        cmocka_unit_test(a_hash_fits_its_password_alone_and_differs_each_time),
        cmocka_unit_test(nobody_and_a_broken_hash_are_denied),
        cmocka_unit_test(nobody_costs_what_everybody_costs),
        cmocka_unit_test(a_hash_of_weaker_settings_is_outdated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
