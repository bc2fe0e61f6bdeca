/* A gateway as commands see it: a store on a real file, two channels (maple has a plugin, birch has none),
 * and what the daemon would do counted instead of done. Each test runs twice: straight, and over a control
 * socket. */
#ifndef GUICHET_TESTS_UNIT_DAEMON_CONTROL_PLACE_H
#define GUICHET_TESTS_UNIT_DAEMON_CONTROL_PLACE_H

#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/audit.h"
#include "base/heap.h"
#include "cmocka_all.h"
#include "daemon/control/control.h"
#include "daemon/control/link.h"
#include "router/ingest.h"

#define assert_ok(status, err)                                                                               \
    do {                                                                                                     \
        if ((status) != GCT_OK)                                                                              \
            fail_msg("%s", (err).text);                                                                      \
    } while (0)

struct place {
    char folder[64];
    char store_path[96];
    char socket_path[96];
    struct gct_store *store;
    struct gct_registry *registry;
    struct gct_account_settings account;
    struct gct_channel_settings channels[2];
    struct gct_directory_slot *slot;
    struct gct_command_context context;
    struct gct_control *control; /* NULL: commands are called straight */
    atomic_int people_changed;
    int people_behind; /* a change cannot take effect yet */
    atomic_int inbox_due;
    atomic_int reloads;
    enum gct_status reload_status;
    const char *reload_changes; /* what waits for the next start */
};

/* ---- what the daemon would do ---- */

static GCT_UNUSED int place_people(void *arg)
{
    atomic_fetch_add(&((struct place *)arg)->people_changed, 1);
    return !((struct place *)arg)->people_behind;
}

static GCT_UNUSED void place_inbox(void *arg)
{
    atomic_fetch_add(&((struct place *)arg)->inbox_due, 1);
}

static GCT_UNUSED enum gct_status place_reload(void *arg, char *changes, struct gct_error *err)
{
    struct place *place = arg;
    (void)snprintf(changes, GCT_RELOAD_WAITING_TEXT, "%s",
                   place->reload_changes == NULL ? "" : place->reload_changes);
    atomic_fetch_add(&place->reloads, 1);
    return place->reload_status == GCT_OK
               ? GCT_OK
               : gct_error_set(err, place->reload_status, "guichet.conf:3: a mistake");
}

static GCT_UNUSED struct gct_json *place_plugins(void *arg)
{
    struct gct_json *list = gct_json_array();
    struct gct_json *plugin = gct_json_object();
    (void)arg;
    gct_json_set_text(plugin, "name", GCT_LIT("messenger"));
    gct_json_push(list, plugin);
    return list;
}

/* ---- the place ---- */

static enum gct_status place_sync(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    return gct_directory_sync(tx, arg, err);
}

static void place_directory(struct place *place)
{
    const struct gct_registry_options options = { .backend = "null" };
    struct gct_error err = { GCT_OK, "" };
    struct gct_directory_entry entries[2];
    memset(entries, 0, sizeof entries);
    place->account = (struct gct_account_settings){ .id = GCT_LIT("104857600000123") };
    place->channels[0] = (struct gct_channel_settings){ .name = GCT_LIT("maple"),
                                                        .plugin = GCT_LIT("postcard"),
                                                        .accounts = &place->account,
                                                        .account_count = 1 };
    place->channels[1] =
        (struct gct_channel_settings){ .name = GCT_LIT("birch"), .plugin = GCT_LIT("parcel") };
    assert_ok(gct_registry_new(&options, &place->registry, &err), err);
    assert_ok(gct_registry_open(place->registry, &place->channels[0], &entries[0].instance, &err), err);
    entries[0].settings = &place->channels[0];
    entries[1].settings = &place->channels[1];
    const struct gct_directory_options directory_options = { .entries = entries, .count = 2 };
    struct gct_directory *directory = gct_directory_new(&directory_options);
    assert_ok(gct_store_write_wait(place->store, place_sync, directory, &err), err);
    place->slot = gct_directory_slot_new();
    gct_directory_set(place->slot, directory);
}

static struct place *place_open(void **state)
{
    struct place *place = gct_heap_new(sizeof *place);
    struct gct_error err = { GCT_OK, "" };
    (void)snprintf(place->folder, sizeof place->folder, "/tmp/guichet-control-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    (void)snprintf(place->store_path, sizeof place->store_path, "%s/guichet.db", place->folder);
    (void)snprintf(place->socket_path, sizeof place->socket_path, "%s/control.sock", place->folder);
    const struct gct_store_options options = { .path = place->store_path };
    assert_ok(gct_store_open(&options, &place->store, &err), err);
    place_directory(place);
    place->context = (struct gct_command_context){ .store = place->store,
                                                   .directory = place->slot,
                                                   .people_changed = place_people,
                                                   .reload = place_reload,
                                                   .inbox_due = place_inbox,
                                                   .plugins = place_plugins,
                                                   .arg = place };
    *state = place;
    return place;
}

static GCT_UNUSED int place_straight(void **state)
{
    (void)place_open(state);
    return 0;
}

static GCT_UNUSED int place_over_socket(void **state)
{
    struct place *place = place_open(state);
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_control_start(&place->context, place->socket_path, &place->control, &err), err);
    return 0;
}

/* As guichetctl without a gateway. */
static GCT_UNUSED int place_without_gateway(void **state)
{
    struct place *place = place_open(state);
    place->context.people_changed = NULL;
    place->context.reload = NULL;
    place->context.inbox_due = NULL;
    return 0;
}

static int place_close(void **state)
{
    struct place *place = *state;
    const struct dirent *entry = NULL;
    gct_control_stop(&place->control);
    assert_int_not_equal(access(place->socket_path, F_OK), 0);
    gct_store_close(&place->store);
    gct_directory_slot_free(&place->slot);
    gct_registry_free(&place->registry);
    DIR *folder = opendir(place->folder);
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    (void)closedir(folder);
    assert_int_equal(rmdir(place->folder), 0);
    free(place);
    return 0;
}

/* ---- asking ---- */

/* The answer to a request, to be freed. */
static GCT_UNUSED struct gct_json *place_ask(struct place *place, const char *request)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_frame frame;
    if (place->control == NULL) {
        return gct_command_answer(&place->context, gct_slice_of(request));
    }
    gct_frame_begin(&frame, GCT_ANSWER_BYTES);
    assert_ok(gct_link_ask(place->socket_path, gct_slice_of(request), &frame, &err), err);
    struct gct_json *answer = gct_json_parse(gct_buffer_slice(&frame.body), &err);
    assert_non_null(answer);
    gct_frame_free(&frame);
    return answer;
}

static GCT_UNUSED struct gct_json *place_do(struct place *place, const char *request)
{
    struct gct_json *answer = place_ask(place, request);
    if (!gct_slice_is(gct_json_text(gct_json_get(answer, "status")), "ok")) {
        struct gct_slice sentence = gct_json_text(gct_json_get(answer, "sentence"));
        fail_msg("%.*s", GCT_ARG(sentence));
    }
    return answer;
}

/* It is done; the answer does not matter. */
static GCT_UNUSED void assert_done(struct place *place, const char *request)
{
    struct gct_json *answer = place_do(place, request);
    gct_json_free(&answer);
}

/* It is refused with a sentence that holds these words. */
static GCT_UNUSED void assert_refused(struct place *place, const char *request, const char *words)
{
    struct gct_json *answer = place_ask(place, request);
    char *sentence = gct_heap_text(gct_json_text(gct_json_get(answer, "sentence")));
    assert_slice(gct_json_text(gct_json_get(answer, "status")), "refused");
    if (strstr(sentence, words) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", sentence, words);
    }
    free(sentence);
    gct_json_free(&answer);
}

static GCT_UNUSED struct gct_json *item_of(const struct gct_json *answer, size_t index)
{
    return gct_json_at(gct_json_get(answer, "items"), index);
}

static GCT_UNUSED struct gct_slice text_of(const struct gct_json *answer, size_t index, const char *member)
{
    return gct_json_text(gct_json_get(item_of(answer, index), member));
}

/* ---- the audit trail ---- */

struct last_audit {
    int64_t rows;
    char text[200]; /* "actor action object" of the newest row */
};

static enum gct_status read_audit(void *arg, struct gct_db *db, struct gct_error *err)
{
    struct last_audit *last = arg;
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_audit_check(db, &last->rows, err);
    if (st == GCT_OK) {
        st = gct_db_query(db, GCT_SQL_audit_all, GCT_NO_VALUES, &rows, err);
    }
    while (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        (void)snprintf(last->text, sizeof last->text, "%.*s %.*s %.*s", GCT_ARG(gct_rows_bytes(rows, 2)),
                       GCT_ARG(gct_rows_bytes(rows, 3)), GCT_ARG(gct_rows_bytes(rows, 4)));
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_OK : st;
}

static GCT_UNUSED void assert_audit(struct place *place, int64_t rows, const char *newest)
{
    struct last_audit last = { 0 };
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_store_read_wait(place->store, read_audit, &last, &err), err);
    assert_int_equal(last.rows, rows);
    assert_string_equal(last.text, newest);
}

/* ---- quarantine ---- */

struct place_hook {
    const char *channel;
    struct gct_slice body;
};

static enum gct_status set_aside(void *arg, struct gct_tx *tx, struct gct_error *err)
{
    const struct place_hook *from = arg;
    const struct gct_header header = { GCT_LIT("User-Agent"), GCT_LIT("platform/1") };
    const struct gct_http_request request = { .size = sizeof request,
                                              .method = GCT_LIT("POST"),
                                              .path = GCT_LIT("/"),
                                              .headers = &header,
                                              .header_count = 1,
                                              .body = from->body };
    const struct gct_hook hook = { gct_slice_of(from->channel), &request, 1767225700000 };
    const struct gct_translation translation = { .kind = GCT_DECODE,
                                                 .status = GCT_INVALID,
                                                 .reason = GCT_LIT("the body is no JSON") };
    struct gct_ingest_counts counts = { 0 };
    struct gct_directory *directory = NULL;
    directory = gct_directory_new(&(struct gct_directory_options){ .count = 0 });
    enum gct_status st = gct_ingest_translation(tx, directory, &hook, &translation, &counts, err);
    gct_directory_free(&directory);
    return st;
}

/* A hook that nobody could read; its id is how many there were, and one. */
static GCT_UNUSED void place_quarantine(struct place *place, const char *channel, struct gct_slice body)
{
    struct place_hook hook = { channel, body };
    struct gct_error err = { GCT_OK, "" };
    assert_ok(gct_store_write_wait(place->store, set_aside, &hook, &err), err);
}

#define EACH_WAY(test)                                                                                       \
    { #test ", straight", test, place_straight, place_close, NULL },                                         \
    {                                                                                                        \
#test ", over the socket", test, place_over_socket, place_close, NULL                                \
    }
#define WITHOUT_GATEWAY(test)                                                                                \
    {                                                                                                        \
#test, test, place_without_gateway, place_close, NULL                                                \
    }

#endif
