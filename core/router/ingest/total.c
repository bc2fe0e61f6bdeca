#include <stdio.h>

#include "base/log.h"
#include "base/slice.h"
#include "router/ingest.h"

#define SUBJECT_BYTES 96
#define KIND_BYTES 48u

/* A platform repeats what nobody understands with every message: one line a day tells as much. */
static const struct gct_log_rate DAILY = { 1u, GCT_DAY_MS };

const char *gct_quarantine_word(enum gct_quarantine_reason reason)
{
    static const char *const words[GCT_QUARANTINE_COUNT] = {
#define AS_WORD(name, text) [GCT_QUARANTINE_##name] = text,
        GCT_QUARANTINE_TABLE(AS_WORD)
    };
    return (unsigned)reason < GCT_QUARANTINE_COUNT ? words[reason] : NULL;
}

/* What the platform calls it that its plugin does not know. */
static struct gct_slice unknown_kind(const struct gct_translation *translation)
{
    for (size_t i = 0; i < translation->event_count; i++) {
        const struct gct_event *event = translation->events[i];
        if (event->kind == GCT_EVENT_UNKNOWN) {
            return gct_utf8_head(((const struct gct_event_unknown *)event)->name, KIND_BYTES);
        }
    }
    return GCT_EMPTY;
}

static void tell_quarantined(const struct gct_hook *hook, const struct gct_translation *translation,
                             enum gct_quarantine_reason reason)
{
    char subject[SUBJECT_BYTES];
    const char *word = gct_quarantine_word(reason);
    struct gct_slice kind = reason == GCT_QUARANTINE_UNSUPPORTED ? unknown_kind(translation) : GCT_EMPTY;
    (void)snprintf(subject, sizeof subject, "%s %.*s %.*s", word, GCT_ARG(hook->channel), GCT_ARG(kind));
    GCT_LOG_LIMITED(DAILY, GCT_LEVEL_WARN, "hook.quarantined", gct_slice_trim(gct_slice_of(subject)),
                    GCT_F_TEXT("channel", hook->channel), GCT_F_CSTR("reason", word),
                    GCT_F_TEXT("kind", kind));
}

void gct_ingest_total(struct gct_ingest_totals *totals, const struct gct_hook *hook,
                      const struct gct_translation *translation, const struct gct_ingest_counts *counts)
{
#define ADD(group, name, text) totals->name += counts->name;
    GCT_INGEST_TOTAL_TABLE(ADD)
    if (counts->tests > 0) {
        GCT_LOG_LIMITED(GCT_LOG_MINUTELY, GCT_LEVEL_INFO, "hook.test", hook->channel,
                        GCT_F_TEXT("channel", hook->channel), GCT_F_INT("events", counts->tests));
    }
    if (counts->quarantined != GCT_QUARANTINE_NONE) {
        totals->quarantined[counts->quarantined]++;
        tell_quarantined(hook, translation, counts->quarantined);
    }
}
