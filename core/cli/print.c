#include "cli/print.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/slice.h"

#define COLUMNS_MOST 16u
#define GAP 2u

/* ---- text
 * -------------------------------------------------------------------------------------------------------------
 */

/* The character at the start of valid UTF-8; *len gets its bytes. */
static uint32_t first_character(struct gct_slice text, size_t *len)
{
    unsigned char lead = (unsigned char)text.ptr[0];
    *len = lead < 0x80u ? 1u : lead < 0xe0u ? 2u : lead < 0xf0u ? 3u : 4u;
    GCT_CHECK(*len <= text.len);
    uint32_t character = *len == 1u ? lead : lead & (0x7fu >> *len);
    for (size_t i = 1; i < *len; i++) {
        character = character << 6 | ((unsigned char)text.ptr[i] & 0x3fu);
    }
    return character;
}

/* Controls, line and paragraph separators, and what turns the direction of writing. */
static int is_obeyed(uint32_t c)
{
    return c < 0x20u || (c >= 0x7fu && c <= 0x9fu) || c == 0x061cu || c == 0x200eu || c == 0x200fu ||
           (c >= 0x2028u && c <= 0x202eu) || (c >= 0x2066u && c <= 0x2069u) || c == 0xfeffu;
}

void cli_print_text(struct gct_slice text, int lines, struct gct_buffer *out)
{
    if (!gct_utf8_valid(text)) {
        gct_buffer_add(out, GCT_LIT("?"));
        return;
    }
    while (text.len != 0) {
        size_t len = 0;
        uint32_t c = first_character(text, &len);
        if (is_obeyed(c) && !(lines && (c == '\n' || c == '\t'))) {
            gct_buffer_add_format(out, "\\u%04" PRIx32, c);
        } else {
            gct_buffer_add(out, gct_slice_head(text, len));
        }
        text = gct_slice_from(text, len);
    }
}

static void add_value(const struct gct_json *value, int lines, struct gct_buffer *out);

/* ["a", "b"] and [{"name": "a"}] as "a, b"; a pair of texts inside an array as "a: b". */
static void add_array(const struct gct_json *array, struct gct_buffer *out)
{
    for (size_t i = 0; i < gct_json_count(array); i++) {
        const struct gct_json *part = gct_json_at(array, i);
        gct_buffer_add(out, i == 0 ? GCT_EMPTY : GCT_LIT(", "));
        if (gct_json_type(part) == GCT_JSON_IS_OBJECT) {
            part = gct_json_get(part, "name");
        }
        if (gct_json_type(part) == GCT_JSON_IS_ARRAY && gct_json_count(part) == 2u) {
            add_value(gct_json_at(part, 0), 0, out);
            gct_buffer_add(out, GCT_LIT(": "));
            add_value(gct_json_at(part, 1), 0, out);
        } else {
            add_value(part, 0, out);
        }
    }
}

static void add_value(const struct gct_json *value, int lines, struct gct_buffer *out)
{
    switch (gct_json_type(value)) {
    case GCT_JSON_IS_STRING: cli_print_text(gct_json_text(value), lines, out); break;
    case GCT_JSON_IS_INTEGER: gct_buffer_add_format(out, "%" PRId64, gct_json_integer(value, 0)); break;
    case GCT_JSON_IS_BOOLEAN:
        gct_buffer_add(out, gct_json_truth(value) ? GCT_LIT("yes") : GCT_LIT("no"));
        break;
    case GCT_JSON_IS_ARRAY: add_array(value, out); break;
    case GCT_JSON_IS_NONE:
    case GCT_JSON_IS_NULL:
    case GCT_JSON_IS_REAL:
    case GCT_JSON_IS_OBJECT: gct_buffer_add(out, GCT_LIT("-")); break;
    }
}

/* ---- tables
 * -----------------------------------------------------------------------------------------------------------
 */

struct table {
    struct gct_buffer *cells; /* row by row, headings first */
    size_t rows;
    size_t columns;
    size_t widths[COLUMNS_MOST];
};

static void set_cell(struct table *table, size_t row, size_t column, const struct gct_json *value,
                     struct gct_slice name)
{
    struct gct_buffer *cell = &table->cells[row * table->columns + column];
    if (row != 0) {
        add_value(value, 0, cell);
    }
    for (size_t i = 0; row == 0 && i < name.len; i++) {
        char c = name.ptr[i] == '_' ? ' ' : (char)toupper((unsigned char)name.ptr[i]);
        gct_buffer_add(cell, (struct gct_slice){ &c, 1u });
    }
    size_t width = gct_utf8_count(gct_buffer_slice(cell));
    table->widths[column] = width > table->widths[column] ? width : table->widths[column];
}

static void fill_column(struct table *table, size_t column, struct gct_slice name,
                        const struct gct_json *items)
{
    char *member = gct_heap_text(name);
    set_cell(table, 0, column, NULL, name);
    for (size_t row = 1; row < table->rows; row++) {
        set_cell(table, row, column, gct_json_get(gct_json_at(items, row - 1u), member), name);
    }
    free(member);
}

static void add_rows(const struct table *table, struct gct_buffer *out)
{
    for (size_t i = 0; i < table->rows * table->columns; i++) {
        struct gct_slice text = gct_buffer_slice(&table->cells[i]);
        size_t column = i % table->columns;
        gct_buffer_add(out, text);
        if (column + 1u == table->columns) {
            gct_buffer_add(out, GCT_LIT("\n"));
        } else {
            gct_buffer_add_format(out, "%*s", (int)(table->widths[column] - gct_utf8_count(text) + GAP), "");
        }
    }
}

void cli_print_table(const struct gct_json *items, const char *columns, struct gct_buffer *out)
{
    struct table table = { .rows = gct_json_count(items) + 1u };
    struct gct_slice rest = gct_slice_of(columns);
    struct gct_slice name = GCT_EMPTY;
    while (gct_slice_split(&rest, ' ', &name)) {
        table.columns++;
    }
    GCT_CHECK(table.columns >= 1u && table.columns <= COLUMNS_MOST);
    table.cells = gct_heap_array(table.rows * table.columns, sizeof *table.cells);
    rest = gct_slice_of(columns);
    for (size_t column = 0; gct_slice_split(&rest, ' ', &name); column++) {
        fill_column(&table, column, name, items);
    }
    add_rows(&table, out);
    for (size_t i = 0; i < table.rows * table.columns; i++) {
        gct_buffer_free(&table.cells[i]);
    }
    free(table.cells);
}

/* ---- one thing ---- */

static void add_member(void *arg, struct gct_slice name, struct gct_json *value)
{
    struct gct_buffer *out = arg;
    if (!gct_slice_is(name, "body")) {
        cli_print_text(name, 0, out);
        gct_buffer_add(out, GCT_LIT(": "));
        add_value(value, 0, out);
        gct_buffer_add(out, GCT_LIT("\n"));
    }
}

void cli_print_item(const struct gct_json *item, struct gct_buffer *out)
{
    const struct gct_json *body = gct_json_get(item, "body");
    gct_json_each(item, add_member, out);
    if (body != NULL) {
        gct_buffer_add(out, GCT_LIT("\n"));
        add_value(body, 1, out);
        gct_buffer_add(out, GCT_LIT("\n"));
    }
}

void cli_print_json(const struct gct_json *items, struct gct_buffer *out)
{
    struct gct_json *whole = gct_json_object();
    gct_json_set(whole, "items", gct_json_share(items));
    gct_json_write(whole, out);
    gct_buffer_add(out, GCT_LIT("\n"));
    gct_json_free(&whole);
}
