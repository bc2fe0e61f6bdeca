#include "egress/http/transfer.c"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

#include "cmocka_all.h"

#include "base/clock.h"

extern char **environ;

/* ---- pure parts ---- */

static void only_loopback_is_loopback(void **state)
{
    static const struct {
        const char *address;
        int loopback;
    } cases[] = {
        { "127.0.0.1", 1 }, { "127.255.0.9", 1 }, { "128.0.0.1", 0 },   { "10.0.0.1", 0 },
        { "0.0.0.0", 0 },   { "169.254.0.1", 0 }, { "::1", 1 },         { "::", 0 },
        { "::2", 0 },       { "fe80::1", 0 },     { "2001:db8::1", 0 },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct sockaddr_in four = { .sin_family = AF_INET };
        struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
        int is_four = inet_pton(AF_INET, cases[i].address, &four.sin_addr) == 1;
        assert_true(is_four || inet_pton(AF_INET6, cases[i].address, &six.sin6_addr) == 1);
        assert_int_equal(is_loopback(is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six),
                         cases[i].loopback);
    }
    struct sockaddr strange = { .sa_family = AF_UNIX };
    assert_false(is_loopback(&strange));
}

static void a_plain_name_that_leads_elsewhere_gets_no_socket(void **state)
{
    struct client_transfer transfer = { .plain = 1 };
    struct curl_sockaddr address = { .family = AF_INET,
                                     .socktype = SOCK_STREAM,
                                     .addrlen = sizeof(struct sockaddr_in) };
    struct sockaddr_in four = { .sin_family = AF_INET, .sin_addr = { htonl(0x0a000001u) } };
    (void)state;
    memcpy(&address.addr, &four, sizeof four);
    assert_int_equal(open_socket(&transfer, CURLSOCKTYPE_IPCXN, &address), CURL_SOCKET_BAD);
    transfer.plain = 0;
    curl_socket_t opened = open_socket(&transfer, CURLSOCKTYPE_IPCXN, &address);
    assert_int_not_equal(opened, CURL_SOCKET_BAD);
    (void)close(opened);
}

static void what_was_written_whole_is_not_begun_again(void **state)
{
    static const struct {
        size_t body, given;
        int repeatable, may;
    } cases[] = {
        { 10, 0, 0, CURL_PREREQFUNC_OK },     { 10, 9, 0, CURL_PREREQFUNC_OK },
        { 10, 10, 0, CURL_PREREQFUNC_ABORT }, { 10, 10, 1, CURL_PREREQFUNC_OK },
        { 0, 0, 0, CURL_PREREQFUNC_ABORT },   { 0, 0, 1, CURL_PREREQFUNC_OK },
    };
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        struct client_transfer transfer = { .body.len = cases[i].body, .repeatable = cases[i].repeatable };
        assert_int_equal(may_begin(&transfer, NULL, NULL, 0, 0), CURL_PREREQFUNC_OK);
        transfer.given = cases[i].given;
        assert_int_equal(may_begin(&transfer, NULL, NULL, 0, 0), cases[i].may);
    }
}

static void the_body_is_given_in_pieces(void **state)
{
    char text[] = "0123456789";
    char room[8];
    struct client_transfer transfer = { .body = { .ptr = text, .len = 10 } };
    (void)state;
    assert_int_equal(give_body(room, 1, 4, &transfer), 4);
    assert_memory_equal(room, "0123", 4);
    assert_int_equal(give_body(room, 1, 8, &transfer), 6);
    assert_int_equal(give_body(room, 1, 8, &transfer), 0);
}

/* ---- TLS, against servers of OpenSSL's command line ---- */

static pid_t start(char *const argv[], int out)
{
    posix_spawn_file_actions_t actions;
    pid_t pid = 0;
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (out < 0) {
        (void)posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    } else {
        (void)posix_spawn_file_actions_adddup2(&actions, out, 1);
    }
    assert_int_equal(posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ), 0);
    (void)posix_spawn_file_actions_destroy(&actions);
    return pid;
}

#define OPENSSL(...)                                                                                         \
    do {                                                                                                     \
        char *argv_[] = { (char *)"openssl", __VA_ARGS__, NULL };                                            \
        int status_ = 0;                                                                                     \
        pid_t pid_ = start(argv_, -1);                                                                       \
        assert_int_equal(waitpid(pid_, &status_, 0), pid_);                                                  \
        assert_int_equal(status_, 0);                                                                        \
    } while (0)
#define WORD(text) (char *)(uintptr_t)(text)

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* key.pem and cert.pem for the address in the present folder, valid between two dates. */
static void make_certificate(const char *address, const char *from, const char *to)
{
    char extensions[100];
    write_text("ca.cnf",
               "[ca]\ndefault_ca=d\n[d]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n"
               "policy=p\nunique_subject=no\n[p]\ncommonName=supplied\n[req]\ndistinguished_name=n\n[n]\n");
    write_text("index", "");
    write_text("serial", "01\n");
    (void)snprintf(extensions, sizeof extensions, "subjectAltName=IP:%s\nbasicConstraints=CA:TRUE\n",
                   address);
    write_text("ext.cnf", extensions);
    OPENSSL(WORD("req"), WORD("-config"), WORD("ca.cnf"), WORD("-newkey"), WORD("ec"), WORD("-pkeyopt"),
            WORD("ec_paramgen_curve:prime256v1"), WORD("-nodes"), WORD("-keyout"), WORD("key.pem"),
            WORD("-out"), WORD("csr.pem"), WORD("-subj"), WORD("/CN=test"));
    OPENSSL(WORD("ca"), WORD("-batch"), WORD("-selfsign"), WORD("-config"), WORD("ca.cnf"), WORD("-extfile"),
            WORD("ext.cnf"), WORD("-keyfile"), WORD("key.pem"), WORD("-in"), WORD("csr.pem"), WORD("-out"),
            WORD("cert.pem"), WORD("-notext"), WORD("-startdate"), WORD(from), WORD("-enddate"), WORD(to));
}

/* What becomes of a GET of a server that is started with one more argument. */
static enum client_end visit(const char *trusted, const char *argument, char reason[200])
{
    int ends[2];
    char said[200] = "";
    size_t len = 0;
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    char *argv[] = { WORD("openssl"),
                     WORD("s_server"),
                     WORD("-accept"),
                     WORD("127.0.0.1:0"),
                     WORD("-cert"),
                     WORD("cert.pem"),
                     WORD("-key"),
                     WORD("key.pem"),
                     WORD("-www"),
                     WORD("-cipher"),
                     WORD("ALL:@SECLEVEL=0"),
                     WORD(argument),
                     NULL };
    pid_t server = start(argv, ends[1]);
    (void)close(ends[1]);
    while (strstr(said, "ACCEPT 127.0.0.1:") == NULL || strchr(strstr(said, "ACCEPT "), '\n') == NULL) {
        ssize_t got = read(ends[0], said + len, sizeof said - 1u - len);
        assert_true(got > 0);
        len += (size_t)got;
    }
    char base[64];
    (void)snprintf(base, sizeof base, "https://127.0.0.1:%ld",
                   strtol(strstr(said, "ACCEPT ") + 17, NULL, 10));
    const struct client_options options = { .ca_file = trusted, .connect_ms = 5000, .total_ms = 5000 };
    const struct gct_http_request request = { .size = sizeof request,
                                              .method = GCT_LIT("GET"),
                                              .path = GCT_LIT("/") };
    struct client_call call = { .arena = gct_arena_new((size_t)1 << 20) };
    struct client_transfer *transfer = transfer_new(&options, &call, gct_slice_of(base), &request, NULL);
    assert_non_null(transfer);
    CURLcode code = curl_easy_perform(transfer->easy);
    transfer_conclude(transfer, code);
    (void)snprintf(reason, 200, "%s", call.reason);
    transfer_free(&transfer);
    gct_arena_free(&call.arena);
    (void)kill(server, SIGKILL);
    (void)waitpid(server, NULL, 0);
    (void)close(ends[0]);
    return call.end;
}

static void only_a_server_that_proves_itself_is_spoken_to(void **state)
{
    static const struct {
        const char *what, *address, *from, *to, *trusted, *argument, *says;
        enum client_end end;
    } cases[] = {
        { "right", "127.0.0.1", "20200101000000Z", "20991231000000Z", "cert.pem", "-tls1_2", "",
          CLIENT_ANSWERED },
        { "right, 1.3", "127.0.0.1", "20200101000000Z", "20991231000000Z", "cert.pem", "-tls1_3", "",
          CLIENT_ANSWERED },
        { "nobody's", "127.0.0.1", "20200101000000Z", "20991231000000Z", NULL, "-tls1_3", "certificate",
          CLIENT_NOT_TAKEN },
        { "another's", "127.0.0.2", "20200101000000Z", "20991231000000Z", "cert.pem", "-tls1_3", "127.0.0.1",
          CLIENT_NOT_TAKEN },
        { "expired", "127.0.0.1", "20200101000000Z", "20200201000000Z", "cert.pem", "-tls1_3", "expired",
          CLIENT_NOT_TAKEN },
        { "too old", "127.0.0.1", "20200101000000Z", "20991231000000Z", "cert.pem", "-tls1_1", "",
          CLIENT_NOT_TAKEN },
        { "far too old", "127.0.0.1", "20200101000000Z", "20991231000000Z", "cert.pem", "-tls1", "",
          CLIENT_NOT_TAKEN },
    };
    static const char *const files[] = { "ca.cnf",     "index",      "serial",         "ext.cnf",
                                         "key.pem",    "csr.pem",    "cert.pem",       "index.old",
                                         "serial.old", "index.attr", "index.attr.old", "01.pem" };
    char folder[] = "/tmp/guichet-tls-XXXXXX";
    char before[4096];
    char reason[200];
    (void)state;
    assert_non_null(getcwd(before, sizeof before));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(curl_global_init(CURL_GLOBAL_DEFAULT), CURLE_OK);
    for (size_t i = 0; i < GCT_COUNT(cases); i++) {
        make_certificate(cases[i].address, cases[i].from, cases[i].to);
        enum client_end end = visit(cases[i].trusted, cases[i].argument, reason);
        if (end != cases[i].end || strstr(reason, cases[i].says) == NULL) {
            fail_msg("%s: end %d, \"%s\"", cases[i].what, (int)end, reason);
        }
    }
    curl_global_cleanup();
    for (size_t i = 0; i < GCT_COUNT(files); i++) {
        (void)unlink(files[i]);
    }
    assert_int_equal(chdir(before), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_loopback_is_loopback),
        cmocka_unit_test(a_plain_name_that_leads_elsewhere_gets_no_socket),
        cmocka_unit_test(what_was_written_whole_is_not_begun_again),
        cmocka_unit_test(the_body_is_given_in_pieces),
        cmocka_unit_test(only_a_server_that_proves_itself_is_spoken_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
