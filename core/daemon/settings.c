#include "daemon/settings.h"

#include <confuse.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/heap.h"
#include "base/slice.h"
#include "base/version.gen.h"
#include "daemon/secret.h"
#include "daemon/settings_read.h"

#define SETTINGS_BYTES ((size_t)16u << 20)
#define FILE_BYTES ((size_t)4u << 20)

void gct_problem_add(struct gct_problems *problems, const char *format, ...)
{
    char line[1000];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    gct_buffer_add_format(&problems->text, "%s\n", line);
    problems->count++;
}

/* libconfuse reports through a function without an argument of ours; the reader is single-threaded by its
 * lock-free use at start and at a reload, on one thread. */
static _Thread_local struct gct_problems *problems_now;

GCT_VPRINTF(2) static void report(cfg_t *cfg, const char *format, va_list args)
{
    char text[600];
    (void)vsnprintf(text, sizeof text, format, args);
    gct_problem_add(problems_now, "%s:%d: %s", cfg != NULL && cfg->filename != NULL ? cfg->filename : "?",
                    cfg != NULL ? cfg->line : 0, text);
}

/* ---- where options stand ---- */

/* libconfuse knows the line of an option only while it reads it. */
struct line_note {
    const cfg_t *section;
    const char *name;
    int line;
};

struct line_notes {
    struct line_note *notes;
    size_t count;
    size_t room;
};

static _Thread_local struct line_notes *notes_now;

static int note_line(cfg_t *section, cfg_opt_t *opt)
{
    struct line_notes *all = notes_now;
    if (all->count == all->room) {
        all->room = all->room == 0 ? 64u : 2u * all->room;
        all->notes = gct_heap_resize(all->notes, all->room, sizeof *all->notes);
    }
    all->notes[all->count++] = (struct line_note){ section, opt->name, section->line };
    return 0;
}

int settings_line(const cfg_t *section, const char *name)
{
    for (size_t i = notes_now->count; i > 0; i--) {
        const struct line_note *note = &notes_now->notes[i - 1u];
        if (note->section == section && strcmp(note->name, name) == 0) {
            return note->line;
        }
    }
    return section->line;
}

/* Of options and of those of their sections. below: the path of the section that they stand in. */
static void note_lines(cfg_t *cfg, const cfg_opt_t *options, const char *below)
{
    char path[300];
    for (; options->name != NULL; options++) {
        (void)snprintf(path, sizeof path, "%s%s%s", below, below[0] == '\0' ? "" : "|", options->name);
        (void)cfg_set_validate_func(cfg, path, note_line);
        if (options->type == CFGT_SEC) {
            note_lines(cfg, options->subopts, path);
        }
    }
}

/* ---- the options that libconfuse is told ---- */

#define TOP_LIST(name) CFG_STR_LIST(name, NULL, CFGF_NODEFAULT)
#define TOP_TEXT(name) CFG_STR(name, NULL, CFGF_NODEFAULT)
#define TOP_NUMBER(name) CFG_STR(name, NULL, CFGF_NODEFAULT)
#define TOP_OPTION(name, kind, standard, least, most, change, help) TOP_##kind(#name),

/* A line of ours after the file's own. When it is not read as an option of the top level, something above it
 * is still open. */
#define END_OPTION "end_of_the_file"
#define END_LINE END_OPTION " = true\n"

GCT_VPRINTF(2) static void say_nothing(cfg_t *cfg, const char *format, va_list args)
{
    (void)cfg;
    (void)format;
    (void)args;
}

/* libconfuse's lexer stays inside of a quote or comment that a file did not close, and would read the next
 * file from there. This line leads out of each of them, and is a comment where nothing is open. */
static void leave_open_quotes(void)
{
    cfg_opt_t none[] = { CFG_END() };
    cfg_t *cfg = cfg_init(none, CFGF_NONE);
    GCT_CHECK(cfg != NULL);
    (void)cfg_set_error_function(cfg, say_nothing);
    (void)cfg_parse_buf(cfg, "#'#\"*/\n");
    cfg_free(cfg);
}

struct source {
    const char *file;
    struct gct_slice text;
    int is_marked; /* it ends with END_LINE */
};

/* Parses with channel_options, which end with CFG_END; unknown ones are an error or left out. */
static cfg_t *parse(const struct source *source, cfg_opt_t *channel_options, cfg_flag_t flags)
{
    cfg_opt_t tls[] = { CFG_STR("certificate", NULL, CFGF_NODEFAULT), CFG_STR("key", NULL, CFGF_NODEFAULT),
                        CFG_END() };
    const cfg_opt_t end = CFG_BOOL(END_OPTION, cfg_false, CFGF_NODEFAULT);
    const cfg_opt_t none = CFG_END();
    cfg_opt_t top[] = { GCT_SETTING_TABLE(TOP_OPTION) CFG_SEC("tls", tls, CFGF_NODEFAULT),
                        CFG_SEC("channel", channel_options, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
                        source->is_marked ? end : none, CFG_END() };
    cfg_t *cfg = cfg_init(top, flags);
    FILE *lines = fmemopen((void *)(uintptr_t)source->text.ptr, source->text.len, "r");
    GCT_CHECK(cfg != NULL && lines != NULL);
    cfg->filename = strdup(source->file);
    GCT_CHECK(cfg->filename != NULL);
    (void)cfg_set_error_function(cfg, report);
    note_lines(cfg, top, "");
    leave_open_quotes();
    if (cfg_parse_fp(cfg, lines) != CFG_SUCCESS) {
        cfg_free(cfg);
        cfg = NULL;
    }
    (void)fclose(lines);
    return cfg;
}

/* ---- the first reading: which plugins? ---- */

/* The options of all manifests, each name once, as lists of texts; in arena, ended by CFG_END. */
static size_t add_manifest(const struct gct_manifest *manifest, int per_account, cfg_opt_t *options,
                           size_t count, size_t room, struct gct_arena *arena)
{
    for (size_t i = 0; i < manifest->option_count; i++) {
        const struct gct_manifest_option *option = &manifest->options[i];
        int known = option->per_account != per_account;
        for (size_t j = 0; !known && j < count; j++) {
            known = gct_slice_is(option->name, options[j].name);
        }
        if (!known && count + 1u < room) {
            const char *name = gct_arena_cstr(arena, option->name);
            const cfg_opt_t made = CFG_STR_LIST(name, NULL, CFGF_NODEFAULT);
            options[count++] = made;
        }
    }
    return count;
}

#define OPTIONS_MOST 200u

struct vocabulary {
    cfg_opt_t channel[OPTIONS_MOST + 3u];
    cfg_opt_t account[OPTIONS_MOST + 1u];
    int refused; /* a plugin could not be asked */
};

static void learn_options(cfg_t *first, struct gct_registry *registry, struct gct_arena *arena,
                          struct vocabulary *words)
{
    const cfg_opt_t end = CFG_END();
    const cfg_opt_t plugin = CFG_STR("plugin", NULL, CFGF_NODEFAULT);
    size_t channel_count = 0;
    size_t account_count = 0;
    for (unsigned i = 0; i < cfg_size(first, "channel"); i++) {
        const char *name = cfg_getstr(cfg_getnsec(first, "channel", i), "plugin");
        const struct gct_manifest *manifest = NULL;
        struct gct_error err = { 0 };
        if (name == NULL) {
            continue;
        }
        if (gct_registry_manifest(registry, gct_slice_of(name), &manifest, &err) != GCT_OK) {
            words->refused = 1; /* said again, with file and line, when the channel is opened */
            continue;
        }
        channel_count = add_manifest(manifest, 0, words->channel, channel_count, OPTIONS_MOST, arena);
        account_count = add_manifest(manifest, 1, words->account, account_count, OPTIONS_MOST, arena);
    }
    words->account[account_count] = end;
    const cfg_opt_t account =
        CFG_SEC("account", words->account, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES);
    words->channel[channel_count++] = plugin;
    words->channel[channel_count++] = account;
    words->channel[channel_count] = end;
}

/* libconfuse takes the end of the file for the end of every section. */
static void say_open(const char *file, cfg_t *first)
{
    cfg_t *tls = cfg_size(first, "tls") == 0 ? NULL : cfg_getsec(first, "tls");
    unsigned channels = cfg_size(first, "channel");
    cfg_t *channel = channels == 0 ? NULL : cfg_getnsec(first, "channel", channels - 1u);
    int line = first->line - 2; /* the last one before END_LINE */
    if (channel != NULL && channel->line == first->line) {
        gct_problem_add(problems_now, "%s:%d: the file ends inside of channel \"%s\": a } is missing", file,
                        line, cfg_title(channel));
    } else if (tls != NULL && tls->line == first->line) {
        gct_problem_add(problems_now, "%s:%d: the file ends inside of tls: its } is missing", file, line);
    } else {
        gct_problem_add(problems_now,
                        "%s:%d: the file ends inside of a section or comment: } or */ is missing", file,
                        line);
    }
}

/* Just enough of the file to know the plugins: unknown options are left out. The text ends with END_LINE. */
static cfg_t *parse_first(const char *file, struct gct_slice text)
{
    cfg_opt_t account[] = { CFG_END() };
    cfg_opt_t channel[] = { CFG_STR("plugin", NULL, CFGF_NODEFAULT),
                            CFG_SEC("account", account, CFGF_MULTI | CFGF_TITLE), CFG_END() };
    cfg_t *first = parse(&(struct source){ file, text, 1 }, channel, CFGF_IGNORE_UNKNOWN);
    if (first != NULL && cfg_size(first, END_OPTION) == 0) {
        say_open(file, first);
        cfg_free(first);
        first = NULL;
    }
    return first;
}

/* The file's own lines and END_LINE; empty when it cannot be read, which is said. */
static struct gct_buffer read_text(const char *file)
{
    struct gct_buffer text = { 0 };
    struct gct_slice bytes = GCT_EMPTY;
    struct gct_error err = { 0 };
    struct gct_arena *arena = gct_arena_new(SETTINGS_BYTES);
    if (gct_file_read(file, FILE_BYTES, arena, &bytes, &err) == GCT_OK) {
        gct_buffer_add(&text, bytes);
        gct_buffer_add(&text, gct_slice_ends(bytes, GCT_LIT("\n")) ? GCT_EMPTY : GCT_LIT("\n"));
        gct_buffer_add(&text, GCT_LIT(END_LINE));
        gct_wipe((void *)(uintptr_t)bytes.ptr, bytes.len); /* secrets may stand in it */
    } else {
        gct_problem_add(problems_now, "%s", err.text);
    }
    gct_arena_free(&arena);
    return text;
}

/* ---- both together ---- */

/* Where the programs and plugins of this build are: beside the program when it runs from a build folder. */
static const char *beside_program(struct gct_arena *arena, const char *relative, const char *installed)
{
    char self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1u);
    const char *found = installed;
    if (len > 0) {
        self[len] = '\0';
        char *slash = strrchr(self, '/');
        *slash = '\0';
        const char *candidate = gct_arena_format(arena, "%s/%s", self, relative).ptr;
        if (candidate != NULL && access(candidate, R_OK | X_OK) == 0) {
            found = candidate;
        }
    }
    return found;
}

/* Before anything is put there: copies of plugins, the lock, the database. */
static void make_folders(const struct gct_settings *settings, struct gct_problems *problems)
{
    struct gct_error err = { 0 };
    if (gct_folder_make(settings->data_dir, 0700u, &err) != GCT_OK ||
        gct_folder_make(settings->run_dir, 0700u, &err) != GCT_OK) {
        gct_problem_add(problems, "%s: %s", settings->file, err.text);
    }
}

static int is_ours(const char *folder)
{
    struct stat info;
    return lstat(folder, &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid();
}

/* Where copies of plugins may be put only to look at them: the run folder when it is there and ours, or a
 * folder that gct_settings_free removes, in data_dir or, when that is not there, among the temporary files.
 */
static const char *folder_to_look(struct gct_settings *settings, struct gct_problems *problems)
{
    const char *temporary = getenv("TMPDIR");
    const char *parents[] = { settings->data_dir, temporary == NULL ? "/tmp" : temporary };
    if (is_ours(settings->run_dir)) {
        return settings->run_dir;
    }
    for (size_t i = 0; settings->scratch_dir == NULL && i < GCT_COUNT(parents); i++) {
        char *path =
            gct_arena_cstr(settings->arena, gct_arena_format(settings->arena, "%s/check-XXXXXX", parents[i]));
        settings->scratch_dir = parents[i][0] == '/' ? mkdtemp(path) : NULL;
    }
    if (settings->scratch_dir == NULL) {
        gct_problem_add(problems, "%s: no folder can be made to look at plugins: %s", settings->file,
                        strerror(errno));
    }
    return settings->scratch_dir;
}

static void remove_scratch(const char *path)
{
    DIR *folder = path == NULL ? NULL : opendir(path);
    const struct dirent *entry = NULL;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        (void)unlinkat(dirfd(folder), entry->d_name, 0); /* "." and ".." are not taken */
    }
    if (folder != NULL) {
        (void)closedir(folder);
        (void)rmdir(path);
    }
}

static enum gct_status make_registry(const struct gct_settings *settings, const char *copies,
                                     struct gct_registry **registry, struct gct_problems *problems)
{
    struct gct_error err = { 0 };
    const struct gct_registry_options options = { .plugin_dir = settings->plugin_dir,
                                                  .run_dir = copies,
                                                  .backend = settings->plugin_backend };
    enum gct_status st = gct_registry_new(&options, registry, &err);
    if (st != GCT_OK) {
        gct_problem_add(problems, "%s: %s", settings->file, err.text);
    }
    return st;
}

static struct gct_settings *settings_new(const char *file)
{
    struct gct_arena *arena = gct_arena_new(SETTINGS_BYTES);
    struct gct_settings *settings = GCT_ARENA_NEW(arena, gct_settings);
    settings->arena = arena;
    settings->file = gct_arena_cstr(arena, gct_slice_of(file));
    return settings;
}

enum gct_status gct_settings_load(const char *file, int prepare, struct gct_settings **out,
                                  struct gct_registry **registry, struct gct_problems *problems)
{
    struct vocabulary *words = gct_heap_new(sizeof *words);
    struct gct_settings *settings = settings_new(file);
    size_t before = problems->count;
    const char *copies = NULL;
    cfg_t *first = NULL;
    cfg_t *whole = NULL;
    struct line_notes notes = { 0 };
    problems_now = problems;
    notes_now = &notes;
    *registry = NULL;
    struct gct_buffer text = read_text(file);
    struct gct_slice own = gct_slice_head(gct_buffer_slice(&text), text.len - GCT_LIT(END_LINE).len);
    first = text.len == 0 ? NULL : parse_first(file, gct_buffer_slice(&text));
    if (first == NULL) {
        goto out; /* it was said what is wrong with the file's form */
    }
    settings_read_top(settings, first, problems);
    if (settings->plugin_dir[0] == '\0') {
        settings->plugin_dir = beside_program(settings->arena, "../plugins", GCT_INSTALL_PLUGIN_DIR);
    }
    if (settings->console_dir[0] == '\0') {
        settings->console_dir = beside_program(settings->arena, "../console", GCT_INSTALL_CONSOLE_DIR);
    }
    settings->top_right = problems->count == before;
    if (settings->top_right && prepare) {
        make_folders(settings, problems);
    }
    /* What is wrong so far does not hide what is wrong below. */
    copies = problems->count == before && prepare ? settings->run_dir : folder_to_look(settings, problems);
    if (copies == NULL || make_registry(settings, copies, registry, problems) != GCT_OK) {
        goto out;
    }
    learn_options(first, *registry, settings->arena, words);
    whole = parse(&(struct source){ file, own, 0 }, words->channel,
                  words->refused ? CFGF_IGNORE_UNKNOWN : CFGF_NONE);
    if (whole != NULL) {
        settings_read_channels(settings, whole, *registry, problems);
    }
out:
    if (first != NULL) {
        cfg_free(first);
    }
    if (whole != NULL) {
        cfg_free(whole);
    }
    gct_wipe(text.ptr, text.len);
    gct_buffer_free(&text);
    free(words);
    free(notes.notes);
    notes_now = NULL;
    problems_now = NULL;
    *out = settings;
    return problems->count == before ? GCT_OK : GCT_INVALID;
}

static void wipe_values(const struct gct_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < options[i].value_count; j++) {
            gct_wipe((void *)(uintptr_t)options[i].values[j].ptr, options[i].values[j].len);
        }
    }
}

void gct_settings_free(struct gct_settings **settings)
{
    if (*settings != NULL) {
        for (size_t i = 0; i < (*settings)->channel_count; i++) {
            const struct gct_channel_settings *channel = &(*settings)->channels[i];
            wipe_values(channel->options, channel->option_count);
            for (size_t j = 0; j < channel->account_count; j++) {
                wipe_values(channel->accounts[j].options, channel->accounts[j].option_count);
            }
        }
        struct gct_arena *arena = (*settings)->arena;
        remove_scratch((*settings)->scratch_dir);
        gct_arena_free(&arena);
        *settings = NULL;
    }
}
