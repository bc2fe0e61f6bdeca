/* Program guichetd: what it is asked to do on the command line. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/log.h"
#include "base/slice.h"
#include "base/version.gen.h"
#include "daemon/daemon.h"

static const char help[] =
    "guichetd: the gateway. Private messages come in, become tickets, and are answered.\n"
    "\n"
    "  guichetd --config FILE                    run in the foreground until SIGTERM or SIGINT\n"
    "  guichetd --config FILE --check            validate configuration, plugins and store; exit 0 or 1\n"
    "  guichetd --config FILE --check --print    also show what is in force, without secrets\n"
    "  guichetd --version\n"
    "\n"
    "  --log-format logfmt|json    one line an event on standard error (logfmt)\n"
    "  --log-level debug|info|warn|error         the least that is logged (info)\n"
    "\n"
    "SIGHUP reads the configuration again and takes it over if all of it is right.\n";

enum option_id {
    OPTION_CONFIG = 1,
    OPTION_CHECK,
    OPTION_PRINT,
    OPTION_FORMAT,
    OPTION_LEVEL,
    OPTION_VERSION,
    OPTION_HELP
};

struct arguments {
    const char *config;
    int check;
    int print;
    enum gct_log_format format;
    enum gct_log_level level;
};

static int usage(const char *sentence)
{
    fprintf(stderr, "guichetd: %s; see guichetd --help\n", sentence);
    return 2;
}

#define LEVEL_NAME(name, text) text,
static int read_level(const char *text, enum gct_log_level *level)
{
    static const char *const names[] = { GCT_LOG_LEVEL_TABLE(LEVEL_NAME) };
    for (size_t i = 0; i < GCT_COUNT(names); i++) {
        if (strcmp(text, names[i]) == 0) {
            *level = (enum gct_log_level)i;
            return 1;
        }
    }
    return 0;
}

/* -1: go on; else the exit status. */
static int read_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, OPTION_CONFIG },
        { "check", no_argument, NULL, OPTION_CHECK },
        { "print", no_argument, NULL, OPTION_PRINT },
        { "log-format", required_argument, NULL, OPTION_FORMAT },
        { "log-level", required_argument, NULL, OPTION_LEVEL },
        { "version", no_argument, NULL, OPTION_VERSION },
        { "help", no_argument, NULL, OPTION_HELP },
        { NULL, 0, NULL, 0 },
    };
    int option = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case OPTION_CONFIG: arguments->config = optarg; break;
        case OPTION_CHECK: arguments->check = 1; break;
        case OPTION_PRINT: arguments->print = 1; break;
        case OPTION_VERSION: printf("guichetd %s\n", GCT_VERSION); return 0;
        case OPTION_HELP: fputs(help, stdout); return 0;
        case OPTION_FORMAT:
            arguments->format = strcmp(optarg, "json") == 0 ? GCT_LOG_JSON : GCT_LOG_LOGFMT;
            if (arguments->format == GCT_LOG_LOGFMT && strcmp(optarg, "logfmt") != 0) {
                return usage("--log-format is logfmt or json");
            }
            break;
        case OPTION_LEVEL:
            if (!read_level(optarg, &arguments->level)) {
                return usage("--log-level is debug, info, warn or error");
            }
            break;
        default: return usage("an option is unknown or lacks its value");
        }
    }
    if (optind != argc) {
        return usage("there are words too many");
    }
    if (arguments->config == NULL) {
        return usage("--config FILE is needed");
    }
    return arguments->print && !arguments->check ? usage("--print goes with --check") : -1;
}

/* Secrets are in this process: no core files, no attaching by others of the same user. */
static void keep_to_ourselves(void)
{
    const struct rlimit none = { 0, 0 };
    (void)signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the write, not the end */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
}

int main(int argc, char **argv)
{
    struct arguments arguments = { .level = GCT_LEVEL_INFO };
    int status = read_arguments(argc, argv, &arguments);
    if (status >= 0) {
        return status;
    }
    gct_log_start(arguments.format, arguments.level);
    if (arguments.check) {
        return gct_daemon_check(arguments.config, arguments.print);
    }
    keep_to_ourselves();
    return gct_daemon_run(arguments.config);
}
