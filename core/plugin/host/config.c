/* Host extension gct.config/1: a channel's settings, as its plugin may see them. Secrets are only said to be
 * there. */
#include "base/slice.h"
#include "plugin/host/host.h"
#include "plugin/load/settings.h"

/* struct gct_config is a struct plugin_settings under another name; these two are the only border. */
const struct gct_config *plugin_config_of(const struct plugin_settings *settings)
{
    return (const struct gct_config *)(const void *)settings;
}

static const struct plugin_settings *settings_of(const struct gct_config *config)
{
    return (const struct plugin_settings *)(const void *)config;
}

/* The value of an option when it has the asked type, else NULL. */
static const struct plugin_value *value_of(const struct gct_config *config,
                                           const struct plugin_account *account, const char *name,
                                           unsigned types)
{
    const struct plugin_settings *settings = settings_of(config);
    const struct gct_manifest_option *option =
        plugin_settings_option(settings, account != NULL, gct_slice_of(name));
    int fits = option != NULL && ((1u << option->type) & types) != 0;
    return fits ? plugin_settings_value(settings, account, name) : NULL;
}

#define TEXT_TYPES (1u << GCT_OPTION_TEXT | 1u << GCT_OPTION_CHOICE | 1u << GCT_OPTION_URL)
#define SECRET_TYPES (1u << GCT_OPTION_SECRET | 1u << GCT_OPTION_SECRET_LIST)

static struct gct_slice config_text(const struct gct_config *config, const char *option)
{
    const struct plugin_value *value = value_of(config, NULL, option, TEXT_TYPES);
    return value == NULL ? GCT_EMPTY : value->text;
}

static int64_t config_number(const struct gct_config *config, const char *option)
{
    const struct plugin_value *value = value_of(config, NULL, option, 1u << GCT_OPTION_NUMBER);
    return value == NULL ? 0 : value->number;
}

static uint32_t config_flag(const struct gct_config *config, const char *option)
{
    const struct plugin_value *value = value_of(config, NULL, option, 1u << GCT_OPTION_FLAG);
    return value != NULL && value->number != 0;
}

static uint32_t config_secret_set(const struct gct_config *config, const char *option)
{
    const struct plugin_value *value = value_of(config, NULL, option, SECRET_TYPES);
    return value != NULL && value->secret_count != 0;
}

static size_t config_account_count(const struct gct_config *config)
{
    return settings_of(config)->account_count;
}

static struct gct_slice config_account_id(const struct gct_config *config, size_t index)
{
    const struct plugin_settings *settings = settings_of(config);
    return index < settings->account_count ? settings->accounts[index].id : GCT_EMPTY;
}

static struct gct_slice config_account_text(const struct gct_config *config, size_t index, const char *option)
{
    const struct plugin_settings *settings = settings_of(config);
    const struct plugin_value *value = index < settings->account_count
                                           ? value_of(config, &settings->accounts[index], option, TEXT_TYPES)
                                           : NULL;
    return value == NULL ? GCT_EMPTY : value->text;
}

const struct gct_ext_config plugin_host_config = {
    .size = sizeof(struct gct_ext_config),
    .text = config_text,
    .number = config_number,
    .flag = config_flag,
    .secret_set = config_secret_set,
    .account_count = config_account_count,
    .account_id = config_account_id,
    .account_text = config_account_text,
};
