/* The gateway, put together: what is made at start, in which order, and taken down again. One struct, passed
 * down. */
#ifndef GUICHET_CORE_DAEMON_DAEMON_H
#define GUICHET_CORE_DAEMON_DAEMON_H

#include "auth/auth.h"
#include "daemon/control/control.h"
#include "daemon/inbox.h"
#include "daemon/setup.h"
#include "daemon/worker.h"
#include "egress/sender.h"
#include "http/console.h"
#include "http/gateway.h"
#include "http/live/feed.h"
#include "net/server.h"

#define GCT_ORIGINS_MOST 16u

struct gct_daemon {
    const char *file; /* the configuration */
    struct gct_loop *loop;
    struct gct_worker *worker;
    struct gct_setup *setup;            /* in force; loop thread */
    const struct gct_settings *started; /* the top-level options of the start; in arena */
    int lock_fd;
    struct gct_store *store;
    struct gct_directory_slot *slot;
    struct gct_auth *auth;
    struct gct_console *console;
    struct gct_feed *feed;
    struct gct_hook_door *hooks;
    struct gct_inbox_pump *inbox;
    struct gct_sender *sender;
    struct gct_server *server;
    struct gct_control *control;
    struct gct_command_context control_context;
    struct people_wait *people_wait; /* the command that waits for people; loop thread */
    struct gct_web web;
    struct gct_gateway gateway;
    struct gct_arena *arena; /* origins and what else lives as long as the daemon */
    const char *origins[GCT_ORIGINS_MOST];
    struct gct_ingest_totals ingested; /* of both ways; loop thread */
    struct gct_timer left_out;         /* the log's tale of it */
    int64_t started_ms;
    int stopping;
};

/* Starts everything, runs until a signal, stops everything. The program's exit status; problems are on
 * stderr. */
int gct_daemon_run(const char *file);

/* Validates configuration, plugins and store; one sentence a problem on stderr. With print, what is in force
 * on stdout. 0 or 1. */
int gct_daemon_check(const char *file, int print);

/* ---- parts of it ---- */

/* reload.c: reads the configuration again and takes it over if all of it is right. Loop thread; ends in
 * waiting->done on the loop. waiting NULL: nobody waits, the log says how it went. */
void daemon_reload(struct gct_daemon *daemon, struct gct_reload *waiting);
/* The same for the control socket: waits; changes as in struct gct_command_context. Not on the loop. */
enum gct_status daemon_reload_wait(void *arg, char *changes, struct gct_error *err);
/* discard of a setup: the worker frees it. */
void daemon_discard(struct gct_setup *setup, void *arg);

/* report.c: what the web layer asks for (struct gct_web_services). */
struct gct_json *daemon_plugins(void *arg);
/* The same for the control socket. Not on the loop. */
struct gct_json *daemon_plugins_wait(void *arg);
void daemon_readiness(void *arg, struct gct_buffer *causes);
void daemon_metrics(void *arg, struct gct_buffer *out);
/* From start to stop the log tells, each few seconds, what was left out of it. */
enum gct_status daemon_report_start(struct gct_daemon *daemon, struct gct_error *err);
void daemon_report_stop(struct gct_daemon *daemon);

#endif
