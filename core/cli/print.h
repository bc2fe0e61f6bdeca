/* Answers for people: tables, one thing with its members, JSON. What customers wrote cannot move the
 * terminal: control and direction characters are shown as escapes. One thread. */
#ifndef GUICHET_CORE_CLI_PRINT_H
#define GUICHET_CORE_CLI_PRINT_H

#include "base/json.h"

/* An aligned table of the items' members named in columns ("id login name"), with a line of headings. */
void cli_print_table(const struct gct_json *items, const char *columns, struct gct_buffer *out);

/* One line a member; "body" last, after an empty line, with its own lines. */
void cli_print_item(const struct gct_json *item, struct gct_buffer *out);

/* {"items": […]} and a line end. */
void cli_print_json(const struct gct_json *items, struct gct_buffer *out);

/* text with what a terminal would obey as \uXXXX; line ends and tabs stay when lines is 1. */
void cli_print_text(struct gct_slice text, int lines, struct gct_buffer *out);

#endif
