/* Figure F42: the time of a refusal does not tell how a signature is wrong. Pairs of hooks, one of each kind,
 * in changing order; over all pairs the difference is either within chance (|z| < 5) or too small to be seen
 * from outside (2 us). What skips a digest or compares byte by byte in a slow way costs more than that here.
 */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "fixture.h"
#include "plugin/verify.h"

#define PAIRS 4000u
#define BODY_BYTES 8192u
#define NOW INT64_C(1767225601123)
#define TOO_SMALL_NS 2000.0
/* Of all differences so many at each end are not looked at: somebody else had the processor. */
#define OUTLIERS (PAIRS / 10u)

static const struct gct_signed_part body_alone[] = { { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme scheme = { .size = sizeof scheme,
                                                 .packing = GCT_PACKING_PREFIX,
                                                 .proof = GCT_PROOF_HMAC_SHA256,
                                                 .encoding = GCT_ENCODING_HEX,
                                                 .path = "",
                                                 .header = "X-Hub-Signature-256",
                                                 .prefix = "sha256=",
                                                 .secret_option = "app_secret",
                                                 .parts = body_alone,
                                                 .part_count = 1 };
static const struct gct_verify_scheme *const schemes[] = { &scheme };
static const struct gct_ext_verify table = { .size = sizeof table, .schemes = schemes, .scheme_count = 1 };

static struct fixture fixture;
static char body[BODY_BYTES];
static char right[] = "sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static int setup(void **state)
{
    static const struct gct_slice secrets[] = { { GCT_TEXT("s3cret-of-the-app") } };
    static const struct gct_option options[] = { FIXTURE_OPTION("app_secret", secrets) };
    const struct gct_slice whole = { body, sizeof body };
    unsigned char digest[GCT_SHA256_BYTES];
    (void)state;
    memset(body, 'b', sizeof body);
    fixture_open(&fixture, options, GCT_COUNT(options), NULL, 0);
    fixture.instance.tables.verify = &table;
    struct gct_hmac *hmac = gct_hmac_new(secrets[0]);
    gct_hmac_sign(hmac, &whole, 1, digest);
    gct_hmac_free(&hmac);
    gct_hex_encode(digest, sizeof digest, right + 7);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&fixture);
    return 0;
}

/* value NULL: the header is not there. */
static enum gct_status ask(const char *value)
{
    const struct gct_header headers[] = { { GCT_LIT("Content-Type"), GCT_LIT("application/json") },
                                          { GCT_LIT("X-Hub-Signature-256"),
                                            gct_slice_of(value == NULL ? "" : value) } };
    struct gct_error err = { GCT_OK, "" };
    return gct_verify_hook(&fixture.instance, GCT_EMPTY, headers, value == NULL ? 1u : 2u,
                           (struct gct_slice){ body, sizeof body }, NOW, &err);
}

static double time_of(const char *value)
{
    struct timespec begin;
    struct timespec end;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &begin), 0);
    enum gct_status status = ask(value);
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &end), 0);
    assert_int_equal(status, GCT_DENIED);
    return (double)(end.tv_sec - begin.tv_sec) * 1e9 + (double)(end.tv_nsec - begin.tv_nsec);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void assert_same_time(const char *what, const char *one, const char *other)
{
    static double differences[PAIRS];
    const size_t count = PAIRS - 2u * OUTLIERS;
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        double first = time_of(i % 2u == 0 ? one : other);
        double second = time_of(i % 2u == 0 ? other : one);
        differences[i] = i % 2u == 0 ? first - second : second - first;
    }
    qsort(differences, PAIRS, sizeof differences[0], by_size);
    for (size_t i = OUTLIERS; i < PAIRS - OUTLIERS; i++) {
        sum += differences[i];
    }
    const double mean = sum / (double)count;
    for (size_t i = OUTLIERS; i < PAIRS - OUTLIERS; i++) {
        squares += (differences[i] - mean) * (differences[i] - mean);
    }
    const double z = mean / sqrt(squares / (double)(count - 1u) / (double)count);
    print_message("%s: median %.0f ns, mean %.0f ns, z %.1f\n", what, differences[PAIRS / 2u], mean, z);
    if (fabs(z) >= 5.0 && fabs(differences[PAIRS / 2u]) >= TOO_SMALL_NS) {
        fail_msg("%s: %.0f ns between the two, z %.1f", what, differences[PAIRS / 2u], z);
    }
}

static char other_digit(char digit)
{
    return digit == '0' ? '1' : '0';
}

static void a_refusal_takes_as_long_however_the_signature_is_wrong(void **state)
{
    char first[sizeof right];
    char last[sizeof right];
    (void)state;
    assert_int_equal(ask(right), GCT_OK);
    memcpy(first, right, sizeof right);
    memcpy(last, right, sizeof right);
    first[7] = other_digit(right[7]);
    last[sizeof right - 2u] = other_digit(right[sizeof right - 2u]);
    assert_same_time("first or last byte wrong", first, last);
    assert_same_time("absent or wrong", NULL, last);
    assert_same_time("no hex or wrong", "sha256=zz", last);
    assert_same_time("another scheme or wrong", "sha1=0123456789abcdef0123456789abcdef01234567", last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_takes_as_long_however_the_signature_is_wrong),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
