#include "model/length.h"

#include "base/slice.h"

size_t gct_text_length(struct gct_slice text, int64_t unit)
{
    switch (unit) {
    case GCT_UNIT_BYTES: return text.len;
    case GCT_UNIT_UTF16: return gct_utf8_count_utf16(text);
    default: return gct_utf8_count(text);
    }
}

const char *gct_text_unit_name(int64_t unit)
{
    switch (unit) {
    case GCT_UNIT_BYTES: return "bytes";
    case GCT_UNIT_UTF16: return "utf16";
    default: return "code_points";
    }
}

int64_t gct_rules_value(const struct gct_ext_rules *rules, enum gct_rule_key key, int64_t fallback)
{
    for (size_t i = 0; rules != NULL && i < rules->rule_count; i++) {
        if (rules->rules[i]->key == (uint32_t)key) {
            return rules->rules[i]->value;
        }
    }
    return fallback;
}

const struct gct_rule_attachment *gct_rules_attachment(const struct gct_ext_rules *rules, uint32_t kind)
{
    for (size_t i = 0; rules != NULL && i < rules->attachment_count; i++) {
        if (rules->attachments[i]->kind == kind) {
            return rules->attachments[i];
        }
    }
    return NULL;
}
