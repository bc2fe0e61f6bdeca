#include "printer.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/slice.h"

static void string(struct printer *printer, struct gct_slice text)
{
    gct_buffer_add(printer->out, GCT_LIT("\""));
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c == '"' || c == '\\')
            gct_buffer_add_format(printer->out, "\\%c", c);
        else if (c == '\n')
            gct_buffer_add(printer->out, GCT_LIT("\\n"));
        else if (c < 0x20)
            gct_buffer_add_format(printer->out, "\\u%04x", (unsigned)c);
        else
            gct_buffer_add(printer->out, (struct gct_slice){ text.ptr + i, 1 });
    }
    gct_buffer_add(printer->out, GCT_LIT("\""));
}

static void line(struct printer *printer)
{
    gct_buffer_add(printer->out, GCT_LIT("\n"));
    for (unsigned i = 0; i < printer->depth; i++) {
        gct_buffer_add(printer->out, GCT_LIT("  "));
    }
}

static void begin(struct printer *printer, const char *name)
{
    if (printer->used[printer->depth])
        gct_buffer_add(printer->out, GCT_LIT(","));
    if (printer->depth > 0)
        line(printer);
    printer->used[printer->depth] = 1;
    if (name) {
        string(printer, gct_slice_of(name));
        gct_buffer_add(printer->out, GCT_LIT(": "));
    }
}

void printer_open(struct printer *printer, const char *name, char bracket)
{
    begin(printer, name);
    gct_buffer_add(printer->out, (struct gct_slice){ &bracket, 1 });
    GCT_CHECK(printer->depth + 1 < PRINTER_DEPTH);
    printer->used[++printer->depth] = 0;
}

void printer_close(struct printer *printer, char bracket)
{
    int used = printer->used[printer->depth--];

    if (used)
        line(printer);
    gct_buffer_add(printer->out, (struct gct_slice){ &bracket, 1 });
    if (printer->depth == 0)
        gct_buffer_add(printer->out, GCT_LIT("\n"));
}

void printer_text(struct printer *printer, const char *name, struct gct_slice text)
{
    begin(printer, name);
    string(printer, text);
}

void printer_number(struct printer *printer, const char *name, int64_t number)
{
    begin(printer, name);
    gct_buffer_add_format(printer->out, "%" PRId64, number);
}

void printer_json(struct printer *printer, const char *name, const struct gct_json *json)
{
    enum gct_json_type type = gct_json_type(json);
    int object = type == GCT_JSON_IS_OBJECT;

    if (object || type == GCT_JSON_IS_ARRAY) {
        printer_open(printer, name, object ? '{' : '[');
        for (size_t i = 0; i < gct_json_count(json); i++) {
            struct gct_slice key = GCT_EMPTY;
            const struct gct_json *child = object ? gct_json_member(json, i, &key) : gct_json_at(json, i);
            struct gct_arena *arena = gct_arena_new(key.len + 64);

            printer_json(printer, object ? gct_arena_cstr(arena, key) : NULL, child);
            gct_arena_free(&arena);
        }
        printer_close(printer, object ? '}' : ']');
    } else if (type == GCT_JSON_IS_STRING) {
        printer_text(printer, name, gct_json_text(json));
    } else {
        begin(printer, name);
        gct_json_write(json, printer->out);
    }
}

void printer_text_if(struct printer *printer, const char *name, struct gct_slice text)
{
    if (text.len > 0)
        printer_text(printer, name, text);
}

void printer_number_if(struct printer *printer, const char *name, int64_t number, int64_t nothing)
{
    if (number != nothing)
        printer_number(printer, name, number);
}

void printer_raw_if(struct printer *printer, const char *name, struct gct_slice text)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_json *json = text.len > 0 ? gct_json_parse(text, &err) : NULL;

    if (json)
        printer_json(printer, name, json);
    else
        printer_text_if(printer, name, text);
    gct_json_free(&json);
}
