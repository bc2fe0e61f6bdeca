/* A plugin that calls every function of the host that 1.0 has and gives every table of its own: what
 * plugin.c, the smallest, leaves out of the promise. Never changed after a release: it is compiled with the
 * headers of that release alone. */
#include <guichet/guichet.h>
#include <string.h>

#define SLICE(literal) ((struct gct_slice){ GCT_TEXT(literal) })
#define PAGE "2026-01-01", "https://letters.example/limits"

GCT_MANIFEST("{ \"id\": \"letters\", \"name\": \"Letters\", \"version\": \"1.0.0\", \"abi\": \"1.0\","
             " \"requires\": [\"gct.json/1\", \"gct.config/1\"], \"options\": ["
             "{ \"name\": \"hook_key\", \"scope\": \"channel\", \"type\": \"secret\", \"required\": true },"
             "{ \"name\": \"greeting\", \"scope\": \"channel\", \"type\": \"text\" },"
             "{ \"name\": \"copies\", \"scope\": \"channel\", \"type\": \"number\", \"default\": \"1\" },"
             "{ \"name\": \"urgent\", \"scope\": \"channel\", \"type\": \"flag\" },"
             "{ \"name\": \"street\", \"scope\": \"account\", \"type\": \"text\" },"
             "{ \"name\": \"token\", \"scope\": \"account\", \"type\": \"secret\" } ] }");

struct letters {
    struct gct_plugin plugin;
    const struct gct_ext_json *json;
    const struct gct_ext_thread_check *threads;
    struct gct_slice greeting;
    struct gct_slice account;
    struct gct_slice street;
    int64_t copies;
    uint32_t urgent;
    uint32_t has_key;
};

static const struct letters *self_of(const struct gct_plugin *plugin)
{
    return plugin->self;
}

/* {"from": 9007199254740993, "to": "17", "weight": 0.25, "pages": ["a", "b"], "read": true, "extra": {…}} */
static uint32_t decode(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_http_request *hook)
{
    const struct letters *self = self_of(plugin);
    const struct gct_ext_json *json = self->json;
    const struct gct_json_value *letter = json->parse(call, hook->body);
    const struct gct_json_value *pages = json->get(letter, "pages");
    struct gct_attachment whole = { .size = sizeof(whole), .kind = GCT_ATTACHMENT_TEMPLATE };
    const struct gct_attachment *const list[] = { &whole };
    struct gct_event_message event = { .head = { .size = sizeof(event), .kind = GCT_EVENT_MESSAGE } };

    if (json->type(letter) != GCT_JSON_OBJECT || json->type(pages) != GCT_JSON_ARRAY ||
        (self->threads && !self->threads->in_call(call))) {
        call->explain(call, SLICE("no letter"));
        return GCT_INVALID;
    }
    event.head.account = self->account;
    event.head.customer = json->id(call, json->get(letter, "from"));
    event.head.key = event.head.customer;
    event.head.at_ms = json->integer(json->get(letter, "at"), call->now_ms);
    event.author = json->boolean(json->get(letter, "read")) ? GCT_AUTHOR_CUSTOMER : GCT_AUTHOR_EXTERNAL;
    event.text = json->string(json->at(pages, json->count(pages) - 1));
    (void)json->member(letter, 0, &event.remote_id);
    whole.raw = json->write(call, json->get(letter, "extra"));
    whole.bytes = json->number(json->get(letter, "weight"), 1000, -1);
    whole.duration_ms = -1;
    event.attachments = list;
    event.attachment_count = 1;
    return call->emit_event(call, &event.head);
}

static uint32_t encode(const struct gct_plugin *plugin, const struct gct_call *call,
                       const struct gct_message *message)
{
    const struct letters *self = self_of(plugin);
    const struct gct_ext_json *json = self->json;
    const struct gct_header header = { SLICE("Authorization"), SLICE("Bearer {token}") };
    struct gct_http_request request = { .size = sizeof(request), .headers = &header, .header_count = 1 };
    struct gct_json_value *body = json->new_object(call);
    struct gct_json_value *pages = json->new_array(call);
    uint32_t failed = GCT_OK;

    failed |= json->append(pages, json->new_string(call, self->greeting));
    failed |= json->append(pages, json->new_string(call, message->text));
    failed |= json->set(body, "pages", pages);
    failed |= json->set(body, "street", json->new_string(call, self->street));
    failed |= json->set(body, "copies", json->new_integer(call, self->copies));
    failed |= json->set(body, "urgent", json->new_boolean(call, self->urgent));
    request.method = SLICE("POST");
    request.path = SLICE("/letters");
    request.body = json->write(call, body);
    return failed == GCT_OK ? call->emit_request(call, &request) : GCT_LIMIT;
}

static uint32_t classify(const struct gct_plugin *plugin, const struct gct_call *call,
                         const struct gct_http_response *reply, struct gct_verdict *verdict)
{
    const struct gct_ext_json *json = self_of(plugin)->json;

    verdict->outcome = reply->status == 200 ? GCT_OUTCOME_SENT : GCT_OUTCOME_RETRY;
    verdict->retry_after_ms = 5000;
    verdict->remote_id = json->id(call, json->get(json->parse(call, reply->body), "id"));
    return GCT_OK;
}

static const struct gct_signed_part parts[] = { { GCT_PART_PAIR, 0, "t" },
                                                { GCT_PART_LITERAL, 0, "." },
                                                { GCT_PART_BODY, 0, NULL } };
static const struct gct_verify_scheme scheme = {
    .size = sizeof(scheme),
    .packing = GCT_PACKING_PAIRS,
    .proof = GCT_PROOF_HMAC_SHA256,
    .encoding = GCT_ENCODING_HEX,
    .path = "",
    .header = "X-Letters",
    .prefix = "s",
    .secret_option = "hook_key",
    .parts = parts,
    .part_count = 3,
    .time_pair = "t",
    .time_unit_ms = 1000,
    .max_age_ms = 300000,
};
static const struct gct_verify_scheme *const schemes[] = { &scheme };
static const struct gct_verify_challenge challenge = {
    .size = sizeof(challenge),
    .token_parameter = "word",
    .token_option = "hook_key",
    .answer_parameter = "answer",
};
static const struct gct_ext_verify verify = {
    .size = sizeof(verify), .schemes = schemes, .scheme_count = 1, .challenge = &challenge
};

static const struct gct_place token = {
    .size = sizeof(token), .kind = GCT_PLACE_SECRET, .name = "token", .option = "token"
};
static const struct gct_place *const place_list[] = { &token };
static const struct gct_ext_places places = { .size = sizeof(places),
                                              .places = place_list,
                                              .place_count = 1 };

static const struct gct_rule limit = { sizeof(limit), GCT_RULE_TEXT_LIMIT, 300, PAGE };
static const struct gct_rule *const rule_list[] = { &limit };
static const struct gct_rule_attachment paper = {
    .size = sizeof(paper),
    .kind = GCT_ATTACHMENT_IMAGE,
    .outbound = 1,
    .max_bytes = 1000,
    .mimes = "image/png",
    .since = "2026-01-01",
    .source = "https://letters.example/limits",
};
static const struct gct_rule_attachment *const attachment_list[] = { &paper };
static const struct gct_ext_rules rules = {
    .size = sizeof(rules),
    .rules = rule_list,
    .rule_count = 1,
    .attachments = attachment_list,
    .attachment_count = 1,
};

static uint32_t profile_request(const struct gct_plugin *plugin, const struct gct_call *call,
                                struct gct_slice account, struct gct_slice customer)
{
    struct gct_http_request request = { .size = sizeof(request), .flags = GCT_HTTP_OPTIONAL };

    (void)plugin;
    (void)customer;
    request.method = SLICE("GET");
    request.path = SLICE("/people");
    request.query = account;
    return call->emit_request(call, &request);
}

static uint32_t profile_read(const struct gct_plugin *plugin, const struct gct_call *call,
                             const struct gct_http_response *reply, struct gct_profile_reply *profile)
{
    (void)plugin;
    (void)call;
    profile->outcome = GCT_PROFILE_ANSWERED;
    profile->name = reply->body;
    profile->lang = SLICE("fr-CA");
    return GCT_OK;
}

static const struct gct_ext_profile profile = { .size = sizeof(profile),
                                                .request = profile_request,
                                                .read = profile_read };

static const void *get_extension(const struct gct_plugin *plugin, const char *id)
{
    (void)plugin;
    return strcmp(id, GCT_EXT_VERIFY) == 0    ? (const void *)&verify
           : strcmp(id, GCT_EXT_PLACES) == 0  ? (const void *)&places
           : strcmp(id, GCT_EXT_RULES) == 0   ? (const void *)&rules
           : strcmp(id, GCT_EXT_PROFILE) == 0 ? (const void *)&profile
                                              : NULL;
}

/* Options die with open(). */
static struct gct_slice keep(const struct gct_call *call, struct gct_slice text)
{
    char *copy = text.len > 0 ? call->alloc(call, text.len, 1) : NULL;

    if (copy)
        memcpy(copy, text.ptr, text.len);
    return (struct gct_slice){ copy, copy ? text.len : 0 };
}

static uint32_t open_channel(const struct gct_call *call, const struct gct_config *config,
                             struct gct_plugin **out)
{
    const struct gct_ext_config *options = call->host->get_extension(call->host, GCT_EXT_CONFIG);
    struct letters *self = call->alloc(call, sizeof(*self), sizeof(void *));

    if (!options || !self || options->account_count(config) != 1)
        return GCT_INCOMPATIBLE;
    *self = (struct letters){
        .plugin = { .size = sizeof(self->plugin),
                    .self = self,
                    .decode = decode,
                    .encode = encode,
                    .classify = classify,
                    .get_extension = get_extension },
        .json = call->host->get_extension(call->host, GCT_EXT_JSON),
        .threads = call->host->get_extension(call->host, GCT_EXT_THREAD_CHECK),
        .greeting = keep(call, options->text(config, "greeting")),
        .account = keep(call, options->account_id(config, 0)),
        .street = keep(call, options->account_text(config, 0, "street")),
        .copies = options->number(config, "copies"),
        .urgent = options->flag(config, "urgent"),
        .has_key = options->secret_set(config, "hook_key"),
    };
    call->host->log(call->host, GCT_LOG_INFO, SLICE("letters are open"));
    *out = &self->plugin;
    return self->json && self->has_key ? GCT_OK : GCT_INCOMPATIBLE;
}

const struct gct_plugin_entry gct_plugin_entry = {
    .size = sizeof(gct_plugin_entry),
    .abi = GCT_ABI_CURRENT,
    .id = "letters",
    .open = open_channel,
};
