#include "http/api.c"

#include "store/fixture.h"

static enum gct_status conflict(struct gct_api_request *request, struct gct_tx *tx, struct gct_error *err)
{
    (void)request;
    (void)tx;
    return gct_error_set(err, GCT_CONFLICT, "UNIQUE constraint failed");
}

static const struct gct_route route = { .path = "/things", .success = 200u, .act = conflict };

static enum gct_status act(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    struct gct_api_request *request = arg;
    return write_run(&request->write, tx, err);
}

/* regression: a GCT_CONFLICT of the engine was answered as 200 with the problem "none", or aborted */
static void a_conflict_that_nobody_explains_is_our_fault(void **state)
{
    struct fixture *fixture = *state;
    struct gct_api_request request = { .route = &route, .arena = gct_arena_new(4096u) };
    struct gct_error err = { 0 };
    enum gct_status st = gct_store_write_wait(fixture->store, act, &request, &err);
    assert_int_equal(st, GCT_CONFLICT);
    settle(&request, st);
    assert_int_equal(request.status, 500);
    assert_slice(gct_json_text(gct_json_get(request.problem, "type")), "/problems/internal");
    gct_arena_free(&request.arena);
    release(&request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_conflict_that_nobody_explains_is_our_fault, fixture_setup,
                                        fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
