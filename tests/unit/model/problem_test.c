#include "model/account.c"
#include "model/problem.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <guichet/message.h>

#include "model/account.h"

static void slugs_are_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < GCT_PROBLEM_COUNT; i++) {
        assert_int_equal(gct_problem_of(gct_slice_of(gct_problem_info((enum gct_problem)i)->slug)), i);
    }
    assert_int_equal(gct_problem_of(GCT_LIT("nonsense")), GCT_PROBLEM_PLATFORM_REFUSED);
}

static void every_outcome_has_a_problem(void **state)
{
    (void)state;
#define OUTCOME(name, value, text)                                                                           \
    assert_true(GCT_OUTCOME_##name == GCT_OUTCOME_SENT ||                                                    \
                gct_problem_of_outcome(GCT_OUTCOME_##name) != GCT_PROBLEM_NONE);
    GCT_OUTCOME_TABLE(OUTCOME)
    assert_int_equal(gct_problem_of_outcome(GCT_OUTCOME_UNCLEAR), GCT_PROBLEM_UNCONFIRMED);
    assert_int_equal(gct_problem_of_outcome(GCT_OUTCOME_NOT_OWNER), GCT_PROBLEM_THREAD_OWNED);
    assert_int_equal(gct_problem_of_outcome(GCT_OUTCOME_MESSAGE_GONE), GCT_PROBLEM_MESSAGE_GONE);
    assert_int_equal(gct_problem_of_outcome(12345), GCT_PROBLEM_PLATFORM_REFUSED);
}

static void roles_and_states_have_the_names_of_the_api(void **state)
{
    (void)state;
    enum gct_role role;
    assert_int_equal(gct_role_read(GCT_LIT("analyst"), &role), GCT_OK);
    assert_int_equal(role, GCT_ROLE_ANALYST);
    assert_int_equal(gct_role_read(GCT_LIT("root"), &role), GCT_NOT_FOUND);
    assert_string_equal(gct_role_name(GCT_ROLE_ADMIN), "admin");
    assert_string_equal(gct_account_state_name(GCT_ACCOUNT_AUTHORITY_LOST), "reconnect");
    assert_string_equal(gct_account_state_name(GCT_ACCOUNT_OK), "active");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slugs_are_read_back),
        cmocka_unit_test(every_outcome_has_a_problem),
        cmocka_unit_test(roles_and_states_have_the_names_of_the_api),
    };
    return cmocka_run_group_tests_name("model/problem", tests, NULL, NULL);
}
