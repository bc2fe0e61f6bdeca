#include "http/console.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/slice.h"
#include "http/answer.h"
#include "http/console_headers.h"

#define FILES_MOST 1000u
#define BYTES_MOST ((size_t)32u << 20)
#define DEPTH_MOST 4u

/* The forms of one file, best first. */
#define ENCODING_TABLE(X) X(BROTLI, "br", ".br") X(GZIP, "gzip", ".gz") X(PLAIN, "", "")
#define ENCODING_AS_ENUM(name, text, ending) ENCODING_##name,
enum encoding { ENCODING_TABLE(ENCODING_AS_ENUM) ENCODING_COUNT };
#define ENCODING_ROW(name, text, ending) { text, ending },
static const struct {
    const char *name;
    const char *ending;
} encodings[] = { ENCODING_TABLE(ENCODING_ROW) };

struct page {
    struct gct_slice path; /* "/assets/main-3f2a.js" */
    struct gct_blob *forms[ENCODING_COUNT];
    char etag[36];
    UT_hash_handle hh;
};

struct gct_console {
    struct gct_arena *arena;
    struct page *pages;
    struct page *index[3]; /* as built, and with the theme light and dark written in */
    size_t files;
};

static const char *const themes[] = { "system", "light", "dark" };

/* ---- loading ---- */

static void set_etag(struct page *page, struct gct_slice bytes)
{
    unsigned char digest[GCT_SHA256_BYTES];
    gct_sha256(bytes, digest);
    page->etag[0] = '"';
    gct_hex_encode(digest, 16u, page->etag + 1);
    page->etag[33] = '"';
    page->etag[34] = '\0';
}

static struct page *page_of(struct gct_console *console, struct gct_slice path)
{
    struct page *page = NULL;
    HASH_FIND(hh, console->pages, path.ptr, path.len, page);
    if (page == NULL) {
        page = GCT_ARENA_NEW(console->arena, page);
        GCT_CHECK(page != NULL);
        page->path = gct_arena_copy(console->arena, path);
        HASH_ADD_KEYPTR(hh, console->pages, page->path.ptr, page->path.len, page);
    }
    return page;
}

static enum gct_status add_file(struct gct_console *console, const char *file, struct gct_slice path,
                                struct gct_error *err)
{
    struct gct_slice bytes = GCT_EMPTY;
    enum encoding form = ENCODING_PLAIN;
    if (console->files++ >= FILES_MOST) {
        return gct_error_set(err, GCT_LIMIT, "the console has more than %u files", FILES_MOST);
    }
    enum gct_status st = gct_file_read(file, BYTES_MOST, console->arena, &bytes, err);
    if (st != GCT_OK) {
        return st;
    }
    for (enum encoding e = ENCODING_BROTLI; e < ENCODING_PLAIN; e++) {
        form = gct_slice_ends(path, gct_slice_of(encodings[e].ending)) ? e : form;
    }
    struct page *page = page_of(console, gct_slice_head(path, path.len - strlen(encodings[form].ending)));
    page->forms[form] = gct_blob_new(bytes);
    if (form == ENCODING_PLAIN) {
        set_etag(page, bytes);
    }
    return GCT_OK;
}

static enum gct_status add_folder(struct gct_console *console, const char *folder, const char *below,
                                  unsigned depth, struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    DIR *dir = opendir(folder);
    if (dir == NULL || depth > DEPTH_MOST) {
        st = gct_error_set(err, GCT_NOT_FOUND, "the console's folder %s: %s", folder, strerror(errno));
    }
    for (struct dirent *entry = st == GCT_OK && dir != NULL ? readdir(dir) : NULL;
         st == GCT_OK && entry != NULL; entry = readdir(dir)) {
        char file[PATH_MAX];
        char path[PATH_MAX];
        if (entry->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(file, sizeof file, "%s/%s", folder, entry->d_name);
        (void)snprintf(path, sizeof path, "%s/%s", below, entry->d_name);
        st = entry->d_type == DT_DIR ? add_folder(console, file, path, depth + 1u, err)
                                     : add_file(console, file, gct_slice_of(path), err);
    }
    if (dir != NULL) {
        (void)closedir(dir);
    }
    return st;
}

/* index.html once for each theme, so that the choice is known before the first paint. */
static enum gct_status make_index(struct gct_console *console, struct gct_error *err)
{
    static const char mark[] = "data-theme=\"system\"";
    struct page *plain = NULL;
    HASH_FIND(hh, console->pages, "/index.html", strlen("/index.html"), plain);
    if (plain == NULL || plain->forms[ENCODING_PLAIN] == NULL) {
        return gct_error_set(err, GCT_NOT_FOUND, "the console's folder has no index.html");
    }
    struct gct_slice html = gct_blob_text(plain->forms[ENCODING_PLAIN]);
    const char *at = memmem(html.ptr, html.len, mark, sizeof mark - 1u);
    size_t before = at == NULL ? html.len : (size_t)(at - html.ptr);
    for (size_t i = 0; i < GCT_COUNT(themes); i++) {
        struct gct_buffer text = { 0 };
        console->index[i] = GCT_ARENA_NEW(console->arena, page);
        gct_buffer_add(&text, gct_slice_head(html, before));
        if (at != NULL) {
            gct_buffer_add_format(&text, "data-theme=\"%s\"", themes[i]);
            gct_buffer_add(&text, gct_slice_from(html, before + sizeof mark - 1u));
        }
        console->index[i]->forms[ENCODING_PLAIN] = gct_blob_new(gct_buffer_slice(&text));
        set_etag(console->index[i], gct_buffer_slice(&text));
        gct_buffer_free(&text);
    }
    return GCT_OK;
}

enum gct_status gct_console_load(const char *folder, struct gct_console **out, struct gct_error *err)
{
    struct gct_console *console = gct_heap_new(sizeof *console);
    console->arena = gct_arena_new(2u * BYTES_MOST);
    enum gct_status st = add_folder(console, folder, "", 0, err);
    st = st == GCT_OK ? make_index(console, err) : st;
    if (st != GCT_OK) {
        gct_console_free(&console);
    }
    *out = console;
    return st;
}

static void drop_forms(struct page *page)
{
    for (size_t i = 0; page != NULL && i < ENCODING_COUNT; i++) {
        gct_blob_drop(&page->forms[i]);
    }
}

void gct_console_free(struct gct_console **console)
{
    if (*console == NULL) {
        return;
    }
    for (struct page *page = (*console)->pages; page != NULL; page = page->hh.next) {
        drop_forms(page);
    }
    for (size_t i = 0; i < GCT_COUNT(themes); i++) {
        drop_forms((*console)->index[i]);
    }
    HASH_CLEAR(hh, (*console)->pages);
    gct_arena_free(&(*console)->arena);
    free(*console);
    *console = NULL;
}

struct gct_slice gct_console_build(const struct gct_console *console)
{
    struct page *page = NULL;
    if (console != NULL) {
        HASH_FIND(hh, console->pages, "/build.txt", strlen("/build.txt"), page);
    }
    return page == NULL ? GCT_EMPTY : gct_slice_trim(gct_blob_text(page->forms[ENCODING_PLAIN]));
}

/* ---- serving ---- */

static const struct {
    const char *ending;
    const char *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".json", "application/json" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".png", "image/png" },
    { ".webmanifest", "application/manifest+json" },
};

static struct gct_slice type_of(struct gct_slice path)
{
    struct gct_slice type = GCT_LIT("application/octet-stream");
    for (size_t i = 0; i < GCT_COUNT(types); i++) {
        type = gct_slice_ends(path, gct_slice_of(types[i].ending)) ? gct_slice_of(types[i].type) : type;
    }
    return type;
}

/* "0", "0.0", …, "0.000" */
static int is_zero(struct gct_slice weight)
{
    size_t at = 0;
    while (at < weight.len && (weight.ptr[at] == '0' || (at == 1u && weight.ptr[at] == '.'))) {
        at++;
    }
    return weight.len != 0 && at == weight.len;
}

/* Does a header like "br;q=0.9, gzip" name the coding, and not with q=0? */
static int takes_coding(struct gct_slice accept, const char *name)
{
    struct gct_slice element;
    while (gct_slice_split(&accept, ',', &element)) {
        struct gct_slice coding = gct_slice_trim(gct_slice_head(element, gct_slice_find(element, ';')));
        struct gct_slice rest = gct_slice_trim(gct_slice_from(element, gct_slice_find(element, '=') + 1u));
        if (gct_slice_eq_nocase(coding, gct_slice_of(name)) && !is_zero(rest)) {
            return 1;
        }
    }
    return 0;
}

/* Does If-None-Match name the tag? */
static int is_known(struct gct_slice header, const char *etag)
{
    struct gct_slice element;
    while (gct_slice_split(&header, ',', &element)) {
        struct gct_slice tag = gct_slice_trim(element);
        tag = gct_slice_starts(tag, GCT_LIT("W/")) ? gct_slice_from(tag, 2u) : tag;
        if (gct_slice_is(tag, etag) || gct_slice_is(tag, "*")) {
            return 1;
        }
    }
    return 0;
}

static void send_page(const struct gct_web *web, struct gct_exchange *exchange, const struct page *page,
                      struct gct_slice path, int is_index)
{
    struct gct_header headers[8u + GCT_SAFE_HEADERS + GCT_CONSOLE_HEADERS];
    size_t count = 0;
    struct gct_slice accept = gct_request_header(&exchange->request, "accept-encoding");
    enum encoding form = ENCODING_BROTLI;
    while (form < ENCODING_PLAIN &&
           (page->forms[form] == NULL || !takes_coding(accept, encodings[form].name))) {
        form++;
    }
    int immutable = gct_slice_starts(path, GCT_LIT("/assets/"));
    headers[count++] = (struct gct_header){ GCT_LIT("content-type"), type_of(path) };
    headers[count++] = (struct gct_header){ GCT_LIT("cache-control"),
                                            immutable ? GCT_LIT("public, max-age=31536000, immutable")
                                                      : GCT_LIT("no-cache") };
    headers[count++] = (struct gct_header){ GCT_LIT("etag"), gct_slice_of(page->etag) };
    headers[count++] = (struct gct_header){ GCT_LIT("vary"), is_index ? GCT_LIT("Accept-Encoding, Cookie")
                                                                      : GCT_LIT("Accept-Encoding") };
    if (form != ENCODING_PLAIN) {
        headers[count++] =
            (struct gct_header){ GCT_LIT("content-encoding"), gct_slice_of(encodings[form].name) };
    }
    count = is_index ? gct_console_headers(headers, count) : count;
    count = gct_answer_safe_headers(web, headers, count);
    if (is_known(gct_request_header(&exchange->request, "if-none-match"), page->etag)) {
        gct_exchange_answer(exchange, 304u, headers, count, GCT_EMPTY);
    } else {
        gct_exchange_answer_blob(exchange, 200u, headers, count, page->forms[form],
                                 gct_blob_text(page->forms[form]));
    }
}

/* The theme that the browser remembers, in the cookie guichet_ui=THEME.LANGUAGE. */
static const struct page *index_for(const struct gct_console *console, struct gct_slice cookies)
{
    static const char name[] = "guichet_ui=";
    struct gct_slice pair;
    while (gct_slice_split(&cookies, ';', &pair)) {
        pair = gct_slice_trim(pair);
        struct gct_slice value = gct_slice_from(pair, sizeof name - 1u);
        struct gct_slice theme = gct_slice_head(value, gct_slice_find(value, '.'));
        for (size_t i = 0; gct_slice_starts(pair, gct_slice_of(name)) && i < GCT_COUNT(themes); i++) {
            if (gct_slice_is(theme, themes[i])) {
                return console->index[i];
            }
        }
    }
    return console->index[0];
}

void gct_console_handle(const struct gct_web *web, struct gct_exchange *exchange)
{
    const struct gct_console *console = web->console;
    struct gct_slice path = exchange->request.path;
    struct gct_slice accept = gct_request_header(&exchange->request, "accept");
    struct page *page = NULL;
    if (console == NULL) {
        gct_answer_problem(web, exchange, GCT_PROBLEM_NOT_FOUND,
                           "This gateway was built without its console.", NULL, 0);
        return;
    }
    int is_index = gct_slice_is(path, "/") || gct_slice_is(path, "/index.html");
    if (!is_index) {
        HASH_FIND(hh, console->pages, path.ptr, path.len, page);
        /* Any other path that a browser asks for as a page is one of the console's own. */
        is_index = page == NULL && !gct_slice_starts(path, GCT_LIT("/assets/")) && accept.ptr != NULL &&
                   memmem(accept.ptr, accept.len, "text/html", 9u) != NULL;
    }
    if (is_index) {
        send_page(web, exchange, index_for(console, gct_request_header(&exchange->request, "cookie")),
                  GCT_LIT("/index.html"), 1);
    } else if (page != NULL && page->forms[ENCODING_PLAIN] != NULL) {
        send_page(web, exchange, page, path, 0);
    } else {
        gct_answer_problem(web, exchange, GCT_PROBLEM_NOT_FOUND, "There is nothing here.", NULL, 0);
    }
}
