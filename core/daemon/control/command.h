/* What guichetctl can do: one table of commands, which drives reading the command line, the help, the
 * manual's test and the control socket.
 *
 * A command of the gateway runs where the store is open: inside guichetd, on the control's thread, or, when
 * no gateway runs, inside guichetctl. Either way it is a request {"command": "user add", "arguments":
 * {"login": "…"}} and an answer {"status": "ok", "items": […], "sentence": "…", "next": "…"} or {"status":
 * "refused", "sentence": "…"}. A local command is guichetctl's own: it reads the database beside a gateway
 * that runs. */
#ifndef GUICHET_CORE_DAEMON_CONTROL_COMMAND_H
#define GUICHET_CORE_DAEMON_CONTROL_COMMAND_H

#include "base/json.h"
#include "http/web.h"
#include "router/directory.h"
#include "store/store.h"

/* Arguments: their name in a request, and how they are written on a command line. Each of them is a text. */
#define GCT_ARGUMENT_TABLE(X)                                                                                \
    X(NONE, "", "")                                                                                          \
    X(LOGIN, "login", "LOGIN")                                                                               \
    X(ID, "id", "ID")                                                                                        \
    X(CHANNEL, "channel", "NAME")                                                                            \
    X(FILE, "file", "FILE")                                                                                  \
    X(ROLE, "role", "--role agent|admin|analyst")                                                            \
    X(NAME, "name", "--name NAME")                                                                           \
    X(PASSWORD, "password", "--password-stdin") /* in a request: its PHC string */                           \
    X(ACCOUNT, "account", "[--account ID]...")  /* several: in a request with commas between */              \
    X(TEAM, "team", "[--team ID]...")                                                                        \
    X(AFTER, "after", "") /* of a list: where the next part begins; guichetctl asks by itself */
#define GCT_ARGUMENT_AS_ENUM(id, name, usage) GCT_ARGUMENT_##id,
enum gct_argument { GCT_ARGUMENT_TABLE(GCT_ARGUMENT_AS_ENUM) GCT_ARGUMENT_COUNT };
#undef GCT_ARGUMENT_AS_ENUM
#define GCT_WITH(id) (1u << GCT_ARGUMENT_##id)
/* Options that may be left out wherever they are taken. */
#define GCT_SCOPE_OPTIONS (GCT_WITH(ACCOUNT) | GCT_WITH(TEAM))

/* Commands: id, words, what stands after them, options (needed, but for those of a scope), columns of a list
 * (members of its items; empty: no list), what it does. */
#define GCT_COMMAND_TABLE(GATEWAY, LOCAL)                                                                    \
    GATEWAY(user_add, "user add", LOGIN,                                                                     \
            GCT_WITH(ROLE) | GCT_WITH(NAME) | GCT_WITH(PASSWORD) | GCT_SCOPE_OPTIONS, "",                    \
            "let somebody sign in; the password is the first line of standard input")                        \
    GATEWAY(user_list, "user list", NONE, 0u, "id login name role disabled accounts teams created_at",       \
            "show everybody")                                                                                \
    GATEWAY(user_scope, "user scope", LOGIN, GCT_SCOPE_OPTIONS, "",                                          \
            "limit somebody to these accounts and teams; to none named: no limit")                           \
    GATEWAY(user_disable, "user disable", LOGIN, 0u, "", "end somebody's sessions and let them in no more")  \
    GATEWAY(user_enable, "user enable", LOGIN, 0u, "", "let somebody in again")                              \
    GATEWAY(user_password, "user password", LOGIN, GCT_WITH(PASSWORD), "",                                   \
            "set a password, which ends somebody's sessions")                                                \
    GATEWAY(token_create, "token create", NONE, GCT_WITH(ROLE) | GCT_WITH(NAME) | GCT_SCOPE_OPTIONS, "",     \
            "make a token for a program and print it, this once")                                            \
    GATEWAY(token_list, "token list", NONE, 0u, "id name role accounts teams created_at used_at revoked_at", \
            "show all tokens, never their text")                                                             \
    GATEWAY(token_scope, "token scope", ID, GCT_SCOPE_OPTIONS, "",                                           \
            "limit a token to these accounts and teams; to none named: no limit")                            \
    GATEWAY(token_revoke, "token revoke", ID, 0u, "", "make a token worthless")                              \
    GATEWAY(channel_list, "channel list", NONE, 0u,                                                          \
            "name plugin state accounts queued quarantined last_event_at last_send_at error",                \
            "show channels and how they are")                                                                \
    GATEWAY(channel_pause, "channel pause", CHANNEL, 0u, "",                                                 \
            "send nothing until it is resumed; messages still come in")                                      \
    GATEWAY(channel_resume, "channel resume", CHANNEL, 0u, "", "undo a pause")                               \
    GATEWAY(channel_reload, "channel reload", NONE, 0u, "",                                                  \
            "read the configuration again; it is taken over only if all of it is right")                     \
    GATEWAY(plugin_list, "plugin list", NONE, 0u, "name version abi state channels refusal",                 \
            "show plugins, and why one was refused")                                                         \
    GATEWAY(quarantine_list, "quarantine list", NONE, 0u, "id channel received_at size reason",              \
            "show webhooks that could not be read, oldest first")                                            \
    GATEWAY(quarantine_show, "quarantine show", ID, 0u, "", "show one, whole: it may hold private text")     \
    GATEWAY(quarantine_release, "quarantine release", ID, 0u, "",                                            \
            "read one again, now or at the next start")                                                      \
    GATEWAY(quarantine_drop, "quarantine drop", ID, 0u, "", "delete one for good")                           \
    LOCAL(backup, "backup", FILE, 0u, "", "copy the database, whole, while everything runs")                 \
    LOCAL(check, "check", NONE, 0u, "check rows ok sentence",                                                \
          "look for damage in the database: structure, references, digests, audit trail")

#define GCT_COMMAND_AS_ENUM(id, words, argument, options, columns, help) GCT_COMMAND_##id,
enum gct_command_id { GCT_COMMAND_TABLE(GCT_COMMAND_AS_ENUM, GCT_COMMAND_AS_ENUM) GCT_COMMAND_COUNT };
#undef GCT_COMMAND_AS_ENUM

struct gct_command_call;

struct gct_command {
    enum gct_command_id id;
    const char *words;
    enum gct_argument argument; /* GCT_ARGUMENT_NONE: nothing stands after the words */
    unsigned options;           /* GCT_WITH(…), those that may be left out among them */
    const char *columns;
    const char *help;
    enum gct_status (*run)(struct gct_command_call *call, struct gct_error *err); /* NULL: local */
};

const struct gct_command *gct_command_at(enum gct_command_id id);
/* By its words; NULL when there is none. */
const struct gct_command *gct_command_find(struct gct_slice words);
/* The arguments that a command needs, and all that it takes, as sets of GCT_WITH. */
unsigned gct_command_needs(const struct gct_command *command);
unsigned gct_command_takes(const struct gct_command *command);
const char *gct_argument_name(enum gct_argument argument);
/* "user add LOGIN --role agent|admin|analyst …" */
void gct_command_usage(const struct gct_command *command, struct gct_buffer *out);

/* What commands work on; the caller's. Without a gateway reload, inbox_due and people_changed are NULL.
 * Functions are called on the thread that runs the command, and may wait where it says so. */
struct gct_command_context {
    struct gct_store *store;
    struct gct_directory_slot *directory;
    /* Users or tokens changed: load them anew; waits until that is over. 0: it could not be done, the change
     * does not hold yet, and the gateway goes on trying. */
    int (*people_changed)(void *arg);
    /* Read the configuration again; waits for the result. changes, with room for GCT_RELOAD_WAITING_TEXT,
     * gets the names of options that changed and wait for the next start, or "". */
    enum gct_status (*reload)(void *arg, char *changes, struct gct_error *err);
    /* Raw hooks may be due. Must not wait. */
    void (*inbox_due)(void *arg);
    /* Plugins as a list of the API, which the caller frees; may wait. */
    struct gct_json *(*plugins)(void *arg);
    void *arg;
};

/* Reads a request, runs its command, gives the answer, which the caller frees. Never fails: what cannot be
 * done is an answer, too. May block; not on the loop. */
struct gct_json *gct_command_answer(const struct gct_command_context *context, struct gct_slice request);

/* The answer {"status": "refused"} with err's sentence. */
struct gct_json *gct_command_refusal(const struct gct_error *err);

#endif
