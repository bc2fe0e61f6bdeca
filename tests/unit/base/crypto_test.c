#include "base/crypto.c"
#include "cmocka_all.h"

/* RFC 4231, cases 1, 2 and 6 (a key longer than a block). */
static void hmac_gives_the_published_digests(void **state)
{
    (void)state;
    unsigned char long_key[131];
    unsigned char short_key[20];
    memset(long_key, 0xaa, sizeof long_key);
    memset(short_key, 0x0b, sizeof short_key);
    const struct {
        struct gct_slice key;
        const char *text;
        const char *hex;
    } cases[] = {
        { { (const char *)short_key, sizeof short_key },
          "Hi There",
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
        { GCT_LIT("Jefe"), "what do ya want for nothing?",
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
        { { (const char *)long_key, sizeof long_key },
          "Test Using Larger Than Block-Size Key - Hash Key First",
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
    };
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        unsigned char digest[GCT_SHA256_BYTES];
        char hex[2u * GCT_SHA256_BYTES + 1u];
        struct gct_hmac *hmac = gct_hmac_new(cases[i].key);
        struct gct_slice whole = gct_slice_of(cases[i].text);
        for (size_t cut = 0; cut <= whole.len; cut += 3u) {
            struct gct_slice parts[] = { gct_slice_head(whole, cut), gct_slice_from(whole, cut) };
            gct_hmac_sign(hmac, parts, 2u, digest);
            gct_hex_encode(digest, sizeof digest, hex);
            assert_string_equal(hex, cases[i].hex);
        }
        gct_hmac_free(&hmac);
        assert_null(hmac);
        gct_hmac_free(&hmac);
    }
}

static void random_keys_have_their_shape_and_differ(void **state)
{
    (void)state;
    char key[2][GCT_KEY_TEXT];
    for (size_t i = 0; i < 2u; i++) {
        gct_random_key(key[i]);
        assert_int_equal(strlen(key[i]), 26);
        assert_int_equal(strspn(key[i], "abcdefghijklmnopqrstuvwxyz234567"), 26);
    }
    assert_string_not_equal(key[0], key[1]);
}

static void base64_is_strict(void **state)
{
    (void)state;
    unsigned char room[16];
    size_t len = 0;
    assert_int_equal(gct_base64_decode(GCT_LIT("Zm9vYg=="), room, sizeof room, &len), GCT_OK);
    assert_slice(((struct gct_slice){ (char *)room, len }), "foob");
    assert_int_equal(gct_base64_decode(GCT_LIT("Zm9v"), room, sizeof room, &len), GCT_OK);
    assert_int_equal(len, 3);
    static const char *const bad[] = {
        "", "Zm9", "Zm9v\n", "Zm 9", "=m9v", "Zm=v", "Zm9vZm9vZm9vZm9vZm9vZm9v", "Zg==Zg=="
    };
    for (size_t i = 0; i < GCT_COUNT(bad); i++) {
        assert_int_equal(gct_base64_decode(gct_slice_of(bad[i]), room, sizeof room, &len), GCT_INVALID);
    }
}

static void secrets_compare_by_all_their_bytes(void **state)
{
    (void)state;
    assert_true(gct_equal_secret(GCT_LIT("abc"), GCT_LIT("abc")));
    assert_false(gct_equal_secret(GCT_LIT("abc"), GCT_LIT("abd")));
    assert_false(gct_equal_secret(GCT_LIT("abc"), GCT_LIT("ab")));
    assert_true(gct_equal_secret(GCT_EMPTY, GCT_LIT("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hmac_gives_the_published_digests),
        cmocka_unit_test(random_keys_have_their_shape_and_differ),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(secrets_compare_by_all_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
