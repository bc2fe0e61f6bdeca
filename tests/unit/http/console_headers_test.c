#include "cmocka_all.h"
#include "http/console_headers.c"

/* C-SV-4, byte for byte as console.md has it. */
static void c_sv_4_the_page_policy_is_exactly_this(void **state)
{
    (void)state;
    struct gct_header headers[GCT_CONSOLE_HEADERS];
    assert_int_equal(gct_console_headers(headers, 0), GCT_CONSOLE_HEADERS);
    assert_slice(headers[0].name, "content-security-policy");
    assert_slice(
        headers[0].value,
        "default-src 'none'; script-src 'self'; style-src 'self' "
        "'sha256-v/SBS1/IGPoXGbIMBk5wwZvS+QU38K4xw6nkC0qgfEs='; img-src 'self' blob: data:; media-src 'self' "
        "blob:; connect-src 'self'; font-src 'none'; manifest-src 'self'; base-uri 'none'; form-action "
        "'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
    assert_slice(headers[1].value, "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(c_sv_4_the_page_policy_is_exactly_this) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
