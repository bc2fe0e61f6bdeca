/* How long a text is in the unit in which a channel counts. Pure, any thread. */
#ifndef GUICHET_CORE_MODEL_LENGTH_H
#define GUICHET_CORE_MODEL_LENGTH_H

#include <guichet/rules.h>

#include "base/error.h"

/* text is valid UTF-8; unit is GCT_UNIT_…, another value counts as code points. */
size_t gct_text_length(struct gct_slice text, int64_t unit);

/* "bytes", "code_points", "utf16". */
const char *gct_text_unit_name(int64_t unit);

/* The value of a rule in a channel's table, or fallback. rules may be NULL. */
int64_t gct_rules_value(const struct gct_ext_rules *rules, enum gct_rule_key key, int64_t fallback);

/* What the channel says of an attachment kind (enum gct_attachment_kind); NULL: it cannot. rules may be NULL.
 */
const struct gct_rule_attachment *gct_rules_attachment(const struct gct_ext_rules *rules, uint32_t kind);

#endif
