#include "http/view/summary.h"

#include "base/slice.h"
#include "http/view/ticket.h"
#include "model/ticket.h"

struct gct_json *gct_view_summary(struct gct_rows *rows, int first)
{
    struct gct_json *summary = gct_json_object();
    gct_json_set_id(summary, "id", gct_rows_integer(rows, first));
    gct_json_set_number(summary, "number", gct_rows_integer(rows, first));
    gct_json_set_text(summary, "status",
                      gct_slice_of(gct_ticket_status_name((uint32_t)gct_rows_integer(rows, first + 1))));
    gct_json_set_time(summary, "created_at", gct_rows_integer(rows, first + 2));
    gct_json_set_time(summary, "solved_at", gct_rows_integer(rows, first + 3));
    return summary;
}

void gct_view_summary_preview(struct gct_json *summary, struct gct_rows *rows, int column)
{
    char room[GCT_PREVIEW_ROOM];
    struct gct_slice excerpt = gct_view_excerpt(gct_rows_bytes(rows, column), 160u, room);
    gct_json_set_text(summary, "preview", excerpt.len == 0 ? GCT_EMPTY : excerpt);
}
