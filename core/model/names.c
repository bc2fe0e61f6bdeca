#include "model/names.h"

#include "base/slice.h"

const char *gct_name_of(const struct gct_name *names, size_t count, uint32_t value, const char *fallback)
{
    for (size_t i = 0; i < count; i++) {
        if (names[i].value == value) {
            return names[i].text;
        }
    }
    return fallback;
}

enum gct_status gct_name_read(const struct gct_name *names, size_t count, struct gct_slice text,
                              uint32_t *value)
{
    for (size_t i = 0; i < count; i++) {
        if (gct_slice_is(text, names[i].text)) {
            *value = names[i].value;
            return GCT_OK;
        }
    }
    return GCT_NOT_FOUND;
}
