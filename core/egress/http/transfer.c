#include "egress/http/transfer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/heap.h"
#include "base/slice.h"
#include "base/version.gen.h"

#define URL_BYTES ((size_t)16u << 10)
#define HEADER_LINE_BYTES ((size_t)16u << 10)

/* ---- what libcurl asks while it works ---- */

/* The body is handed over piece by piece, and cannot be rewound: what was not asked for was not sent, and
 * what was sent is not sent again. */
static size_t give_body(char *room, size_t size, size_t count, void *arg)
{
    struct client_transfer *transfer = arg;
    size_t left = transfer->body.len - transfer->given;
    size_t len = size * count < left ? size * count : left;
    if (len != 0) {
        memcpy(room, transfer->body.ptr + transfer->given, len);
    }
    transfer->given += len;
    return len;
}

/* Called when a connection is ready, before the request is written to it: a second time when libcurl wants to
 * repeat it on another connection. */
static int may_begin(void *arg, char *primary, char *local, int primary_port, int local_port)
{
    struct client_transfer *transfer = arg;
    (void)primary;
    (void)local;
    (void)primary_port;
    (void)local_port;
    int whole = transfer->started && transfer->given == transfer->body.len;
    transfer->started = 1;
    return whole && !transfer->repeatable ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

static int is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof four);
        return ntohl(four.sin_addr.s_addr) >> 24 == 127u;
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, address, sizeof six);
        return IN6_IS_ADDR_LOOPBACK(&six.sin6_addr);
    }
    return 0;
}

/* After the name was resolved: what a name says is not what counts. */
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    const struct client_transfer *transfer = arg;
    (void)purpose;
    if (transfer->plain && !is_loopback(&address->addr)) {
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* A header's value without what stands around it, the end of its line too. */
static struct gct_slice value_of(struct gct_slice text)
{
    while (text.len != 0 && memchr(" \t\r\n", text.ptr[text.len - 1u], 4u) != NULL) {
        text.len--;
    }
    return gct_slice_trim(text);
}

static size_t take_header(char *bytes, size_t size, size_t count, void *arg)
{
    struct client_transfer *transfer = arg;
    struct gct_arena *arena = transfer->call->arena;
    struct gct_slice line = { bytes, size * count };
    size_t colon = gct_slice_find(line, ':');
    if (gct_slice_starts(line, GCT_LIT("HTTP/"))) { /* a new head: what came before was a 100 */
        transfer->answer_header_count = 0;
    } else if (colon < line.len && transfer->answer_header_count < CLIENT_ANSWER_HEADERS &&
               transfer->answer_head_bytes + line.len <= TRANSFER_HEAD_BYTES) {
        transfer->answer_headers[transfer->answer_header_count++] =
            (struct gct_header){ gct_arena_copy(arena, gct_slice_head(line, colon)),
                                 gct_arena_copy(arena, value_of(gct_slice_from(line, colon + 1u))) };
        transfer->answer_head_bytes += line.len;
    }
    return size * count;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
    struct client_transfer *transfer = arg;
    size_t room = CLIENT_ANSWER_BYTES - transfer->answer.len;
    gct_buffer_add(&transfer->answer, gct_slice_head((struct gct_slice){ bytes, size * count }, room));
    transfer->cut = size * count > room;
    return transfer->cut ? 0u : size * count;
}

/* ---- making one ---- */

static int is_token(struct gct_slice text)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || strchr(others, c) == NULL)) {
            return 0;
        }
    }
    return text.len != 0;
}

/* Without control characters; a header value may hold bytes beyond ASCII, an address may not. */
static int is_clean(struct gct_slice text, int ascii)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == 0x7f || (ascii && (c <= 0x20 || c > 0x7e))) {
            return 0;
        }
    }
    return 1;
}

/* Host and port of an address. */
static struct gct_slice authority_of(struct gct_slice base, size_t scheme)
{
    struct gct_slice rest = gct_slice_from(base, scheme);
    return gct_slice_head(rest, gct_slice_find(rest, '/'));
}

static int names_loopback(struct gct_slice authority)
{
    static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        struct gct_slice name = gct_slice_of(names[i]);
        struct gct_slice rest = gct_slice_from(authority, name.len);
        if (gct_slice_starts(authority, name) && (rest.len == 0 || rest.ptr[0] == ':')) {
            return 1;
        }
    }
    return 0;
}

static enum gct_status check_address(struct client_transfer *transfer, struct gct_slice base,
                                     const struct gct_http_request *request, struct gct_error *err)
{
    int secure = gct_slice_starts(base, GCT_LIT("https://"));
    transfer->plain = gct_slice_starts(base, GCT_LIT("http://"));
    struct gct_slice authority = authority_of(base, secure ? 8u : 7u);
    if ((!secure && !transfer->plain) || authority.len == 0 || !is_clean(base, 1)) {
        return gct_error_set(err, GCT_INVALID, "api_base \"%.*s\" is not an https:// address",
                             GCT_ARG(gct_slice_head(base, 100u)));
    }
    if (transfer->plain && !names_loopback(authority)) {
        return gct_error_set(err, GCT_INVALID, "api_base \"%.*s\" is plain http and not on this machine",
                             GCT_ARG(gct_slice_head(base, 100u)));
    }
    if (!gct_slice_starts(request->path, GCT_LIT("/")) || !is_clean(request->path, 1) ||
        !is_clean(request->query, 1) || !is_token(request->method)) {
        return gct_error_set(err, GCT_INVALID, "method, path or query of the request cannot be sent");
    }
    return GCT_OK;
}

static enum gct_status set_address(struct client_transfer *transfer, struct gct_slice base,
                                   const struct gct_http_request *request, struct gct_error *err)
{
    struct gct_buffer url = { .limit = URL_BYTES };
    gct_buffer_add(&url, base);
    gct_buffer_add(&url, request->path);
    if (request->query.len != 0) {
        gct_buffer_add(&url, GCT_LIT("?"));
        gct_buffer_add(&url, request->query);
    }
    gct_buffer_add(&url, (struct gct_slice){ "", 1u });
    enum gct_status st =
        url.overflowed ? gct_error_set(err, GCT_INVALID, "the request's address is too long") : GCT_OK;
    if (st == GCT_OK && curl_easy_setopt(transfer->easy, CURLOPT_URL, url.ptr) != CURLE_OK) {
        st = gct_error_set(err, GCT_INVALID, "the request's address cannot be read");
    }
    gct_wipe(url.ptr, url.len);
    gct_buffer_free(&url);
    return st;
}

static void append(struct client_transfer *transfer, const char *line)
{
    struct curl_slist *grown = curl_slist_append(transfer->headers, line);
    GCT_CHECK(grown != NULL);
    transfer->headers = grown;
}

static enum gct_status set_headers(struct client_transfer *transfer, const struct gct_http_request *request,
                                   struct gct_error *err)
{
    static const char *const ours[] = { "Host",   "Content-Length", "Transfer-Encoding", "User-Agent",
                                        "Expect", "Connection",     "Accept-Encoding" };
    int typed = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct gct_header *header = &request->headers[i];
        struct gct_buffer line = { .limit = HEADER_LINE_BYTES };
        int refused = !is_token(header->name) || !is_clean(header->value, 0);
        for (size_t k = 0; k < GCT_COUNT(ours); k++) {
            refused |= gct_slice_eq_nocase(header->name, gct_slice_of(ours[k]));
        }
        typed |= gct_slice_eq_nocase(header->name, GCT_LIT("Content-Type"));
        gct_buffer_add(&line, header->name);
        gct_buffer_add(&line, header->value.len == 0 ? GCT_LIT(";") : GCT_LIT(": "));
        gct_buffer_add(&line, header->value);
        gct_buffer_add(&line, (struct gct_slice){ "", 1u });
        if (!refused && !line.overflowed) {
            append(transfer, line.ptr);
        }
        refused |= line.overflowed;
        gct_wipe(line.ptr, line.len);
        gct_buffer_free(&line);
        if (refused) {
            return gct_error_set(err, GCT_INVALID, "header %zu of the request cannot be sent", i);
        }
    }
    append(transfer, "Expect:");
    if (!typed) {
        append(transfer, "Content-Type:");
    }
    return GCT_OK;
}

static void set_method(struct client_transfer *transfer, const struct gct_http_request *request)
{
    CURL *easy = transfer->easy;
    char method[16];
    (void)snprintf(method, sizeof method, "%.*s", GCT_ARG(request->method));
    if (transfer->body.len != 0 || gct_slice_is(request->method, "POST")) {
        (void)curl_easy_setopt(easy, CURLOPT_POST, 1L);
        (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body.len);
        (void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
        (void)curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    }
    (void)curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
}

static void set_rules(struct client_transfer *transfer, const struct client_options *options)
{
    CURL *easy = transfer->easy;
    const char *protocols = transfer->plain ? "http" : "https";
    int set = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, may_begin) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    set &= curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
    set &= options->ca_file == NULL || curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file) == CURLE_OK;
    GCT_CHECK(set); /* a library that cannot keep these rules must not be used at all */
    (void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_ms);
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->total_ms);
    (void)curl_easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_USERAGENT, "guichet/" GCT_VERSION);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

struct client_transfer *transfer_new(const struct client_options *options, struct client_call *call,
                                     struct gct_slice base, const struct gct_http_request *request,
                                     struct gct_error *err)
{
    struct client_transfer *transfer = gct_heap_new(sizeof *transfer);
    transfer->call = call;
    transfer->repeatable =
        (request->flags & GCT_HTTP_REPEATABLE) != 0 || gct_slice_is(request->method, "GET");
    transfer->answer_headers = GCT_ARENA_ARRAY(call->arena, struct gct_header, CLIENT_ANSWER_HEADERS);
    transfer->easy = curl_easy_init();
    GCT_CHECK(transfer->easy != NULL);
    enum gct_status st = transfer->answer_headers == NULL
                             ? gct_error_set(err, GCT_LIMIT, "no room left for the answer's headers")
                             : check_address(transfer, base, request, err);
    if (st == GCT_OK) {
        st = set_address(transfer, base, request, err);
    }
    if (st == GCT_OK) {
        st = set_headers(transfer, request, err);
    }
    if (st != GCT_OK) {
        transfer_free(&transfer);
        return NULL;
    }
    gct_buffer_add(&transfer->body, request->body);
    set_rules(transfer, options);
    set_method(transfer, request);
    return transfer;
}

void transfer_free(struct client_transfer **transfer)
{
    struct client_transfer *gone = *transfer;
    *transfer = NULL;
    if (gone == NULL) {
        return;
    }
    curl_easy_cleanup(gone->easy);
    for (struct curl_slist *line = gone->headers; line != NULL; line = line->next) {
        gct_wipe(line->data, strlen(line->data));
    }
    curl_slist_free_all(gone->headers);
    gct_buffer_free(&gone->body);
    gct_buffer_free(&gone->answer);
    free(gone);
}

/* ---- its end ---- */

void transfer_conclude(struct client_transfer *transfer, CURLcode code)
{
    struct client_call *call = transfer->call;
    long status = 0;
    (void)curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    struct gct_slice body = gct_arena_copy(call->arena, gct_buffer_slice(&transfer->answer));
    int whole = transfer->started && transfer->given == transfer->body.len;
    int answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer->cut);
    call->transfer = NULL;
    call->reason[0] = '\0';
    if (answered && status >= 100 && status <= 599 && body.len == transfer->answer.len) {
        call->end = CLIENT_ANSWERED;
        call->response = (struct gct_http_response){ .size = sizeof call->response,
                                                     .status = (uint32_t)status,
                                                     .headers = transfer->answer_headers,
                                                     .header_count = transfer->answer_header_count,
                                                     .body = body };
        return;
    }
    call->end = whole ? CLIENT_UNCLEAR : CLIENT_NOT_TAKEN;
    const char *said = transfer->error[0] != '\0' ? transfer->error : curl_easy_strerror(code);
    (void)snprintf(call->reason, sizeof call->reason, "%s: %.150s",
                   whole ? "no answer came" : "the platform could not be reached", said);
}
