/* One's own settings: a JSON object with the user, completed with defaults. */
#include "base/slice.h"
#include "http/api/handlers.h"

/* name, default as JSON text */
#define SETTING_TABLE(X)                                                                                     \
    X("language", "\"fr\"")                                                                                  \
    X("theme", "\"system\"")                                                                                 \
    X("density", "\"comfortable\"")                                                                          \
    X("enter_sends", "false")                                                                                \
    X("single_key_shortcuts", "true")                                                                        \
    X("zone", "null")                                                                                        \
    X("after_solve", "\"stay\"")

#define SETTING_ROW(name, standard) { name, standard },
static const struct {
    const char *name;
    const char *standard;
} settings[] = { SETTING_TABLE(SETTING_ROW) };

static enum gct_status load(struct gct_db *db, int64_t user, struct gct_json **out, struct gct_error *err)
{
    struct gct_rows *rows = NULL;
    enum gct_status st = gct_db_query(db, GCT_SQL_user_settings, GCT_BIND(GCT_V_INT(user)), &rows, err);
    if (st == GCT_OK && (st = gct_rows_next(rows, err)) == GCT_OK) {
        *out = gct_json_parse(gct_rows_bytes(rows, 0), err);
        st = *out == NULL ? GCT_INTERNAL : GCT_OK;
    }
    gct_rows_close(&rows);
    return st == GCT_DONE ? GCT_NOT_FOUND : st;
}

GCT_VIEW(gct_api_settings)
{
    struct gct_json *stored = NULL;
    enum gct_status st = load(db, gct_api_user(request), &stored, err);
    if (st != GCT_OK) {
        return st;
    }
    request->result = gct_json_object();
    for (size_t i = 0; i < GCT_COUNT(settings); i++) {
        struct gct_json *value = gct_json_get(stored, settings[i].name);
        gct_json_set(request->result, settings[i].name,
                     value != NULL ? gct_json_share(value)
                                   : gct_json_parse(gct_slice_of(settings[i].standard), err));
    }
    gct_json_free(&stored);
    return GCT_OK;
}

GCT_ACT(gct_api_settings_patch)
{
    struct gct_json *stored = NULL;
    struct gct_buffer text = { 0 };
    if (gct_json_count(request->body) == 0) {
        return gct_api_invalid(request, "", "at least one member is needed");
    }
    enum gct_status st = load(gct_tx_db(tx), gct_api_user(request), &stored, err);
    for (size_t i = 0; st == GCT_OK && i < GCT_COUNT(settings); i++) {
        struct gct_json *value = gct_json_get(request->body, settings[i].name);
        if (value != NULL) {
            gct_json_set(stored, settings[i].name, gct_json_share(value));
        }
    }
    if (st == GCT_OK) {
        gct_json_write(stored, &text);
        st = gct_db_run(gct_tx_db(tx), GCT_SQL_user_set_settings,
                        GCT_BIND(GCT_V_INT(gct_api_user(request)), GCT_V_TEXT(gct_buffer_slice(&text))), err);
    }
    gct_buffer_free(&text);
    gct_json_free(&stored);
    return st;
}
