/* JSON as the vectors show it: two spaces a level, one member a line, empty lists on one line. */
#ifndef GUICHET_TESTS_PLUGINS_PRINTER_H
#define GUICHET_TESTS_PLUGINS_PRINTER_H

#include "base/buffer.h"
#include "base/json.h"

#define PRINTER_DEPTH 80

struct printer {
    struct gct_buffer *out;
    unsigned depth;
    unsigned char used[PRINTER_DEPTH]; /* whether the level has a member already */
};

/* name is NULL in lists and at the root. */
void printer_open(struct printer *printer, const char *name, char bracket);
void printer_close(struct printer *printer, char bracket);
void printer_text(struct printer *printer, const char *name, struct gct_slice text);
void printer_number(struct printer *printer, const char *name, int64_t number);
void printer_json(struct printer *printer, const char *name, const struct gct_json *json);

/* Written only when there is something to write. */
void printer_text_if(struct printer *printer, const char *name, struct gct_slice text);
void printer_number_if(struct printer *printer, const char *name, int64_t number, int64_t nothing);
/* text is JSON: shown as such; shown as a string when it is none. */
void printer_raw_if(struct printer *printer, const char *name, struct gct_slice text);

#endif
