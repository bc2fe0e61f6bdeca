#include "base/log.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/slice.h"

#define LOG_LINE_BYTES ((size_t)4096)
#define LOG_VALUE_BYTES ((size_t)600)

static enum gct_log_format log_format = GCT_LOG_LOGFMT;
static enum gct_log_level log_least = GCT_LEVEL_INFO;

#define LEVEL_TEXT(name, text) text,
static const char *const level_texts[] = { GCT_LOG_LEVEL_TABLE(LEVEL_TEXT) };

void gct_log_start(enum gct_log_format format, enum gct_log_level least)
{
    log_format = format;
    log_least = least;
}

int gct_log_has(enum gct_log_level level)
{
    return level >= log_least;
}

/* Characters that could break the line, hide text or move a terminal's cursor: C0, DEL, C1, bidi marks, line
 * separators, and all that is not UTF-8. Gives the bytes of the character at the head, and 1 when it is
 * harmless. */
static size_t next_character(struct gct_slice rest, uint32_t *code)
{
    for (size_t len = 1; len <= 4u && len <= rest.len; len++) {
        if (gct_utf8_valid(gct_slice_head(rest, len))) {
            static const unsigned char lead_mask[] = { 0x7f, 0x1f, 0x0f, 0x07 };
            uint32_t value = (unsigned char)rest.ptr[0] & lead_mask[len - 1u];
            for (size_t i = 1; i < len; i++) {
                value = (value << 6) | ((unsigned char)rest.ptr[i] & 0x3fu);
            }
            *code = value;
            return len;
        }
    }
    *code = 0xfffd;
    return 1u;
}

static int is_harmless(uint32_t code)
{
    int control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    int hidden = code == 0xad || (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
                 (code >= 0x2060 && code <= 0x206f) || code == 0xfeff || code == 0xfffd;
    return !control && !hidden;
}

static void add_escaped(struct gct_buffer *line, struct gct_slice text)
{
    struct gct_slice rest = gct_slice_head(text, LOG_VALUE_BYTES);
    gct_buffer_add(line, GCT_LIT("\""));
    while (rest.len != 0) {
        uint32_t code = 0;
        size_t len = next_character(rest, &code);
        if (code == '"' || code == '\\') {
            gct_buffer_add_format(line, "\\%c", (int)code);
        } else if (is_harmless(code)) {
            gct_buffer_add(line, gct_slice_head(rest, len));
        } else {
            gct_buffer_add_format(line, "\\u%04" PRIx32, code);
        }
        rest = gct_slice_from(rest, len);
    }
    gct_buffer_add(line, GCT_LIT("\""));
}

static int needs_quotes(struct gct_slice text)
{
    int plain = text.len != 0 && text.len <= LOG_VALUE_BYTES;
    for (size_t i = 0; plain && i < text.len; i++) {
        char c = text.ptr[i];
        plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                (c != '\0' && strchr("._:/-+@", c) != NULL);
    }
    return !plain;
}

static void add_field(struct gct_buffer *line, const struct gct_log_field *field)
{
    gct_buffer_add_format(line, log_format == GCT_LOG_JSON ? ",\"%s\":" : " %s=", field->name);
    if (field->is_number) {
        gct_buffer_add_format(line, "%" PRId64, field->number);
    } else if (log_format == GCT_LOG_JSON || needs_quotes(field->text)) {
        add_escaped(line, field->text);
    } else {
        gct_buffer_add(line, field->text);
    }
}

/* Gives how many bytes could not be written; there is nobody to tell. */
static size_t write_out(struct gct_slice text)
{
    while (text.len != 0) {
        ssize_t written = write(STDERR_FILENO, text.ptr, text.len);
        if (written <= 0) {
            break;
        }
        text = gct_slice_from(text, (size_t)written);
    }
    return text.len;
}

/* A line is one write, so that lines of several threads do not mix. One that was cut, on a full disk, is
 * ended before the next begins. */
static void write_line(struct gct_slice line)
{
    static atomic_int cut;
    if (atomic_exchange(&cut, 0) && write_out(GCT_LIT("\n")) != 0) {
        atomic_store(&cut, 1);
        return;
    }
    size_t left = write_out(line);
    if (left != 0 && left != line.len) {
        atomic_store(&cut, 1);
    }
}

void gct_log_write(enum gct_log_level level, const char *event, const struct gct_log_field *fields,
                   size_t count)
{
    struct gct_buffer line = { .limit = LOG_LINE_BYTES };
    char time_text[GCT_TIME_TEXT];
    if (!gct_log_has(level)) {
        return;
    }
    gct_time_write(gct_clock_wall_ms(), time_text);
    gct_buffer_add_format(&line,
                          log_format == GCT_LOG_JSON ? "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\""
                                                     : "time=%s level=%s event=%s",
                          time_text, level_texts[level], event);
    for (size_t i = 0; i < count; i++) {
        /* A field that does not fit is left out whole: the line must parse. */
        size_t before = line.len;
        add_field(&line, &fields[i]);
        if (line.overflowed || line.len + 2u > LOG_LINE_BYTES) {
            line.len = before;
            line.overflowed = 0;
        }
    }
    gct_buffer_add(&line, log_format == GCT_LOG_JSON ? GCT_LIT("}\n") : GCT_LIT("\n"));
    write_line(gct_buffer_slice(&line));
    gct_buffer_free(&line);
}

void gct_log_error(const char *event, const struct gct_error *err)
{
    GCT_LOG(GCT_LEVEL_ERROR, event, GCT_F_CSTR("status", gct_status_name(err->status)),
            GCT_F_CSTR("reason", err->text));
}
