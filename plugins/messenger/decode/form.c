/* What a customer gives by filling something in: an order, a form, a survey. Orders and forms become messages
 * that an agent can read, with the platform's own JSON beside them. */
#include "kit/graph/attachment.h"
#include "kit/graph/referral.h"
#include "kit/reader.h"
#include "kit/text.h"
#include "messenger/decode/decode.h"

/* Lines of text, at most `room`. */
struct lines {
    struct gct_slice *list;
    size_t count;
    size_t room;
};

static struct lines new_lines(struct gct_kit *kit, size_t room)
{
    return (struct lines){ .list = room > 0 ? gct_kit_alloc(kit, room * sizeof(struct gct_slice)) : NULL,
                           .room = room };
}

static void add_line(struct lines *lines, struct gct_slice line)
{
    if (lines->list && lines->count < lines->room && line.len > 0)
        lines->list[lines->count++] = line;
}

/* A message that stands for what was filled in. raw: kept whole as an attachment, or NULL. */
static void emit_form(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                      const struct lines *lines, struct gct_context *context,
                      const struct gct_json_value *raw)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_kit_attachments attachments = gct_kit_attachments(kit, 1);
    struct gct_event_message event = { .head = item->head,
                                       .author = GCT_AUTHOR_CUSTOMER,
                                       .context = context };
    struct gct_attachment *whole = NULL;

    if (raw && attachments.list)
        whole = gct_kit_attach(kit, &attachments, GCT_ATTACHMENT_TEMPLATE);
    if (whole) {
        whole->name = context->title;
        whole->raw = gct_kit_raw(kit, raw);
    }
    event.text = gct_kit_join_text(kit, lines->list, lines->count, GCT_KIT_SLICE("\n"));
    event.attachment_count = attachments.count;
    event.attachments = gct_kit_attachments_of(&attachments);
    gct_kit_emit(kit, &event.head, GCT_EVENT_MESSAGE, sizeof(event),
                 GCT_KIT_KEY(kit, item->sender, messenger_time_text(decoder, &event.head), context->title,
                             gct_kit_digest(kit, event.text)));
}

/* ---- order ---- */

/* A price as it is written, with two places when it is no whole number. */
static struct gct_slice price_text(struct gct_kit *kit, const struct gct_json_value *price)
{
    int64_t hundredths = kit->json->number(price, 100, 0);
    struct gct_slice parts[] = { gct_kit_integer_text(kit, hundredths / 100), { NULL, 0 } };
    int64_t rest = hundredths % 100;

    if (kit->json->type(price) != GCT_JSON_REAL || rest == 0)
        return gct_kit_either(kit->json->string(price), parts[0]);
    /* 105 … 199 without its first digit */
    parts[1] = gct_kit_integer_text(kit, 100 + (rest < 0 ? -rest : rest));
    if (parts[1].len == 0)
        return parts[1];
    parts[1].ptr++;
    parts[1].len--;
    return gct_kit_join(kit, parts, GCT_KIT_ELEMENTS(parts), GCT_KIT_SLICE("."));
}

/* "2 × Cup, 11 EUR" */
static struct gct_slice product_line(struct gct_kit *kit, const struct gct_json_value *product)
{
    struct gct_slice parts[] = { gct_kit_integer_text(kit, gct_kit_integer(kit, product, "quantity", 1)),
                                 GCT_KIT_SLICE(" \xc3\x97 "),
                                 gct_kit_either(gct_kit_text(kit, product, "name"),
                                                gct_kit_id(kit, product, "id")),
                                 GCT_KIT_SLICE(", "),
                                 price_text(kit, gct_kit_get(kit, product, "unit_price")),
                                 GCT_KIT_SLICE(" "),
                                 gct_kit_text(kit, product, "currency") };
    bool priced = gct_kit_get(kit, product, "unit_price") != NULL;

    return gct_kit_join(kit, parts, priced ? GCT_KIT_ELEMENTS(parts) : 3, (struct gct_slice){ NULL, 0 });
}

bool messenger_read_order(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                          const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *products = gct_kit_get(kit, value, "products");
    size_t count = gct_kit_count(kit, products);
    struct lines lines = new_lines(kit, count + 1);
    struct gct_context *context = gct_kit_context(kit, GCT_CONTEXT_ORDER);
    size_t i;

    if (!gct_kit_is_array(kit, products) || count == 0)
        return false;
    if (!context)
        return true;
    context->title = GCT_KIT_SLICE("order");
    for (i = 0; i < count && kit->status == GCT_OK; i++) {
        add_line(&lines, product_line(kit, gct_kit_at(kit, products, i)));
    }
    add_line(&lines, gct_kit_text(kit, value, "note"));
    emit_form(decoder, item, &lines, context, value);
    return true;
}

/* ---- form ---- */

/* "email: a@example.org" */
static struct gct_slice response_line(struct gct_kit *kit, const struct gct_json_value *response)
{
    const struct gct_json_value *value = gct_kit_get(kit, response, "value");
    struct gct_slice parts[] = { gct_kit_text(kit, response, "key"), gct_kit_id(kit, response, "value") };

    if (parts[1].len == 0 && kit->json->type(value) != GCT_JSON_STRING)
        parts[1] = gct_kit_raw(kit, value);
    return gct_kit_join(kit, parts, GCT_KIT_ELEMENTS(parts), GCT_KIT_SLICE(": "));
}

bool messenger_read_information(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                                const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *screens = gct_kit_get(kit, value, "screens");
    size_t count = gct_kit_count(kit, screens);
    size_t room = 0;
    struct lines lines;
    struct gct_context *context = gct_kit_context(kit, GCT_CONTEXT_FORM);
    size_t i;
    size_t j;

    if (!gct_kit_is_array(kit, screens) || count == 0)
        return false;
    for (i = 0; i < count; i++) {
        room += gct_kit_count(kit, gct_kit_get(kit, gct_kit_at(kit, screens, i), "responses"));
    }
    lines = new_lines(kit, room);
    for (i = 0; i < count; i++) {
        const struct gct_json_value *responses = gct_kit_get(kit, gct_kit_at(kit, screens, i), "responses");

        for (j = 0; j < gct_kit_count(kit, responses) && kit->status == GCT_OK; j++) {
            add_line(&lines, response_line(kit, gct_kit_at(kit, responses, j)));
        }
    }
    if (!context)
        return true;
    context->title = gct_kit_id(kit, gct_kit_at(kit, screens, 0), "screen_id");
    emit_form(decoder, item, &lines, context, lines.count > 0 ? NULL : value);
    return true;
}

/* ---- survey ---- */

/* Scales of the platform's surveys; each is brought to 1 … 5. */
static const struct {
    const char *type;
    int64_t least;
    int64_t most;
} scales[] = {
    { "csat", 1, 5 },
    { "ces", 1, 7 },
    { "nps", 0, 10 },
};

/* 0: no score on a known scale. */
static uint32_t read_score(struct gct_kit *kit, const struct gct_json_value *question)
{
    struct gct_slice type = gct_kit_text(kit, question, "type");
    int64_t answer = gct_kit_integer(kit, question, "payload", -1);
    uint32_t score = 0;
    size_t i;

    for (i = 0; i < GCT_KIT_ELEMENTS(scales); i++) {
        int64_t span = scales[i].most - scales[i].least;

        if (gct_kit_is(type, scales[i].type) && answer >= scales[i].least && answer <= scales[i].most)
            score = (uint32_t)(1 + ((answer - scales[i].least) * 4 * 2 + span) / (span * 2));
    }
    return score;
}

static bool read_question(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                          struct gct_slice name, const struct gct_json_value *question)
{
    struct gct_kit *kit = &decoder->kit;
    struct gct_event_feedback event = { .head = item->head, .score = read_score(kit, question) };
    struct gct_slice comment = gct_kit_text(kit, gct_kit_get(kit, question, "follow_up"), "payload");
    struct lines lines = new_lines(kit, 1);
    struct gct_context *context = comment.len > 0 ? gct_kit_context(kit, GCT_CONTEXT_FORM) : NULL;

    if (event.score == 0)
        return false;
    gct_kit_emit(kit, &event.head, GCT_EVENT_FEEDBACK, sizeof(event),
                 GCT_KIT_KEY(kit, item->sender, messenger_time_text(decoder, &event.head), name));
    if (context) {
        context->title = name;
        add_line(&lines, comment);
        emit_form(decoder, item, &lines, context, NULL);
    }
    return true;
}

bool messenger_read_survey(struct messenger_decoder *decoder, const struct gct_kit_item *item,
                           const struct gct_json_value *value)
{
    struct gct_kit *kit = &decoder->kit;
    const struct gct_json_value *screens = gct_kit_get(kit, value, "feedback_screens");
    bool all = true;
    size_t read = 0;
    size_t i;
    size_t j;

    for (i = 0; i < gct_kit_count(kit, screens); i++) {
        const struct gct_json_value *questions = gct_kit_get(kit, gct_kit_at(kit, screens, i), "questions");

        for (j = 0; j < gct_kit_count(kit, questions) && kit->status == GCT_OK; j++) {
            struct gct_slice name = { NULL, 0 };
            const struct gct_json_value *question = kit->json->member(questions, j, &name);

            all = read_question(decoder, item, name, question) && all;
            read++;
        }
    }
    return all && read > 0;
}
