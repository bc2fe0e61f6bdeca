/* A ticket in short, as contacts and search show it. Any thread. */
#ifndef GUICHET_CORE_HTTP_VIEW_SUMMARY_H
#define GUICHET_CORE_HTTP_VIEW_SUMMARY_H

#include "base/json.h"
#include "store/db.h"

/* Four columns from first on: id, status, created_ms, solved_ms. */
struct gct_json *gct_view_summary(struct gct_rows *rows, int first);

/* Its preview, out of a column with the newest text (or NULL). */
void gct_view_summary_preview(struct gct_json *summary, struct gct_rows *rows, int column);

#endif
