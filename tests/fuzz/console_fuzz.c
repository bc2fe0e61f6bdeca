/* What a browser says when it asks for a file of the console: codings, tags that it has, the cookie with the
 * theme. */
#include <assert.h>
#include <stdint.h>

#include "base/buffer.h"
#include "http/console.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int has(struct gct_slice text, const char *word)
{
    return memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

/* The header, and one more element behind it. */
static struct gct_slice with(struct gct_buffer *buffer, struct gct_slice header, const char *more)
{
    gct_buffer_free(buffer);
    gct_buffer_add(buffer, header);
    gct_buffer_add_format(buffer, "%s", more);
    return gct_buffer_slice(buffer);
}

static void check_codings(struct gct_slice header)
{
    struct gct_buffer more = { 0 };
    int taken = takes_coding(header, "br");
    assert(takes_coding(with(&more, header, ", br"), "br"));
    assert(takes_coding(with(&more, header, ",BR ; q=0.001"), "br"));
    assert(takes_coding(with(&more, header, ", br;q=0"), "br") == taken);
    assert(takes_coding(with(&more, header, ", br ; q=0.000"), "br") == taken);
    gct_buffer_free(&more);
}

static void check_tags(struct gct_slice header)
{
    struct gct_buffer more = { 0 };
    assert(!is_known(header, "\"e1\"") || has(header, "\"e1\"") || has(header, "*"));
    assert(is_known(with(&more, header, ", W/\"e1\""), "\"e1\""));
    assert(is_known(with(&more, header, ",*"), "\"e1\""));
    gct_buffer_free(&more);
}

static void check_theme(struct gct_slice header)
{
    struct page pages[GCT_COUNT(themes)];
    const struct gct_console console = { .index = { &pages[0], &pages[1], &pages[2] } };
    const struct page *page = index_for(&console, header);
    assert(page >= pages && page < pages + GCT_COUNT(themes));
    struct gct_buffer more = { 0 };
    assert(has(header, "guichet_ui=") ||
           index_for(&console, with(&more, header, "; guichet_ui=dark.fr")) == &pages[2]);
    gct_buffer_free(&more);
    assert(page == pages || (has(header, "guichet_ui=") && has(header, themes[page - pages])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice header = { (const char *)data, size };
    check_codings(header);
    check_tags(header);
    check_theme(header);
    return 0;
}
