/* What is in force, in the form of the configuration file. Of a secret only that it is set. */
#include <inttypes.h>

#include "base/slice.h"
#include "daemon/settings.h"

static void print_quoted(struct gct_buffer *out, struct gct_slice text)
{
    gct_buffer_add(out, GCT_LIT("\""));
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            gct_buffer_add(out, GCT_LIT("\\"));
        }
        gct_buffer_add(out, (struct gct_slice){ text.ptr + i, 1u });
    }
    gct_buffer_add(out, GCT_LIT("\""));
}

/* The i-th of a list. */
static void print_item(struct gct_buffer *out, size_t i, struct gct_slice text)
{
    gct_buffer_add(out, i == 0 ? GCT_LIT("{ ") : GCT_LIT(", "));
    print_quoted(out, text);
}

static void print_LIST(struct gct_buffer *out, const char *name, struct gct_texts texts)
{
    gct_buffer_add_format(out, "%-15s = ", name);
    for (size_t i = 0; i < texts.count; i++) {
        print_item(out, i, gct_slice_of(texts.items[i]));
    }
    gct_buffer_add(out, texts.count == 0 ? GCT_LIT("{ }\n") : GCT_LIT(" }\n"));
}

static void print_TEXT(struct gct_buffer *out, const char *name, const char *text)
{
    gct_buffer_add_format(out, "%-15s = ", name);
    print_quoted(out, gct_slice_of(text));
    gct_buffer_add(out, GCT_LIT("\n"));
}

static void print_NUMBER(struct gct_buffer *out, const char *name, int64_t number)
{
    gct_buffer_add_format(out, "%-15s = %" PRId64 "\n", name, number);
}

/* NULL: the plugin does not know it, or is not known itself. */
static const struct gct_manifest_option *option_of(const struct gct_manifest *manifest, struct gct_slice name,
                                                   int per_account)
{
    for (size_t i = 0; manifest != NULL && i < manifest->option_count; i++) {
        const struct gct_manifest_option *option = &manifest->options[i];
        if (option->per_account == per_account && gct_slice_eq(option->name, name)) {
            return option;
        }
    }
    return NULL;
}

/* Of a secret, and of an option that nobody knows, only how many values it has. */
static void print_option(struct gct_buffer *out, const struct gct_option *option,
                         const struct gct_manifest_option *known)
{
    if (known == NULL || known->type == GCT_OPTION_SECRET || known->type == GCT_OPTION_SECRET_LIST) {
        gct_buffer_add_format(out, "# set (%zu)", option->value_count);
    } else if (option->value_count == 1u) {
        print_quoted(out, option->values[0]);
    } else {
        for (size_t i = 0; i < option->value_count; i++) {
            print_item(out, i, option->values[i]);
        }
        gct_buffer_add(out, GCT_LIT(" }"));
    }
}

static void print_options(struct gct_buffer *out, const char *indent, const struct gct_option *options,
                          size_t count, const struct gct_manifest *manifest, int per_account)
{
    for (size_t i = 0; i < count; i++) {
        gct_buffer_add_format(out, "%s%.*s = ", indent, GCT_ARG(options[i].name));
        print_option(out, &options[i], option_of(manifest, options[i].name, per_account));
        gct_buffer_add(out, GCT_LIT("\n"));
    }
}

/* title "name" { */
static void print_title(struct gct_buffer *out, const char *title, struct gct_slice name)
{
    gct_buffer_add(out, gct_slice_of(title));
    print_quoted(out, name);
    gct_buffer_add(out, GCT_LIT(" {\n"));
}

static void print_channel(const struct gct_channel_settings *channel, struct gct_registry *registry,
                          struct gct_buffer *out)
{
    const struct gct_manifest *manifest = NULL;
    if (gct_registry_manifest(registry, channel->plugin, &manifest, NULL) != GCT_OK) {
        manifest = NULL;
    }
    print_title(out, "\nchannel ", channel->name);
    gct_buffer_add(out, GCT_LIT("    plugin = "));
    print_quoted(out, channel->plugin);
    gct_buffer_add(out, GCT_LIT("\n"));
    print_options(out, "    ", channel->options, channel->option_count, manifest, 0);
    for (size_t i = 0; i < channel->account_count; i++) {
        const struct gct_account_settings *account = &channel->accounts[i];
        print_title(out, "    account ", account->id);
        print_options(out, "        ", account->options, account->option_count, manifest, 1);
        gct_buffer_add(out, GCT_LIT("    }\n"));
    }
    gct_buffer_add(out, GCT_LIT("}\n"));
}

#define PRINT_SETTING(name, kind, standard, least, most, change, help)                                       \
    print_##kind(out, #name, settings->name);

void gct_settings_print(const struct gct_settings *settings, struct gct_registry *registry,
                        struct gct_buffer *out)
{
    GCT_SETTING_TABLE(PRINT_SETTING)
    if (settings->tls_certificate != NULL) {
        gct_buffer_add(out, GCT_LIT("tls { certificate = "));
        print_quoted(out, gct_slice_of(settings->tls_certificate));
        gct_buffer_add(out, GCT_LIT("  key = "));
        print_quoted(out, gct_slice_of(settings->tls_key));
        gct_buffer_add(out, GCT_LIT(" }\n"));
    }
    for (size_t i = 0; i < settings->channel_count; i++) {
        print_channel(&settings->channels[i], registry, out);
    }
}
