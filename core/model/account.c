#include "model/account.h"

#include "model/names.h"

#define AS_NAME(name, value, text) { value, text },
static const struct gct_name STATE[] = { GCT_ACCOUNT_STATE_TABLE(AS_NAME) };
static const struct gct_name ROLE[] = { GCT_ROLE_TABLE(AS_NAME) };

const char *gct_account_state_name(uint32_t state)
{
    return gct_name_of(STATE, GCT_COUNT(STATE), state, "unknown");
}

const char *gct_role_name(uint32_t role)
{
    return gct_name_of(ROLE, GCT_COUNT(ROLE), role, "unknown");
}

enum gct_status gct_role_read(struct gct_slice text, enum gct_role *out)
{
    uint32_t value = 0;
    enum gct_status status = gct_name_read(ROLE, GCT_COUNT(ROLE), text, &value);
    *out = (enum gct_role)value;
    return status;
}
