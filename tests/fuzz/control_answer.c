/* Any bytes that guichetctl gets for an answer, in pieces of any size (the first byte says). What it prints
 * of them for people is UTF-8 without a character that a terminal would obey. */
#include "base/slice.h"
#include "cli/print.h"
#include "daemon/control/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_harmless(struct gct_buffer *out)
{
    struct gct_slice text = gct_buffer_slice(out);
    GCT_CHECK(gct_utf8_valid(text));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        GCT_CHECK((c >= 0x20u && c != 0x7fu) || c == '\n' || c == '\t');
    }
    gct_buffer_free(out);
}

/* As cli/run.c does. */
static void show(const struct gct_json *answer)
{
    struct gct_buffer out = { 0 };
    struct gct_json *items = gct_json_array();
    const struct gct_json *given = gct_json_get(answer, "items");
    for (size_t i = 0; i < gct_json_count(given); i++) {
        gct_json_push(items, gct_json_share(gct_json_at(given, i)));
    }
    cli_print_table(items, "id login name at", &out);
    cli_print_item(gct_json_at(items, 0), &out);
    cli_print_text(gct_json_text(gct_json_get(answer, "sentence")), 0, &out);
    check_harmless(&out);
    cli_print_json(items, &out);
    GCT_CHECK(gct_utf8_valid(gct_buffer_slice(&out)));
    gct_buffer_free(&out);
    gct_json_free(&items);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice rest = gct_slice_from((struct gct_slice){ (const char *)data, size }, 1);
    size_t step = size == 0 ? 1u : data[0] + 1u;
    struct gct_frame frame;
    struct gct_error err = { GCT_OK, "" };
    enum gct_status st = GCT_AGAIN;
    gct_frame_begin(&frame, GCT_ANSWER_BYTES);
    while (st == GCT_AGAIN && rest.len != 0) {
        size_t used = 0;
        st = gct_frame_take(&frame, gct_slice_head(rest, step), &used, &err);
        rest = gct_slice_from(rest, used);
    }
    if (st == GCT_OK) {
        struct gct_json *answer = gct_json_parse(gct_buffer_slice(&frame.body), &err);
        show(answer);
        gct_json_free(&answer);
    }
    gct_frame_free(&frame);
    return 0;
}
