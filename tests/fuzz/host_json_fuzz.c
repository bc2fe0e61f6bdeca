/* gct.json/1 as a plugin uses it. The first line of the input is a program that builds trees, two bytes an
 * instruction; the rest is a document. Whatever is built or parsed can be walked through and written, and
 * what was written is read as the same. */
#include <string.h>

#include "base/slice.h"
#include "plugin/host/host.h"

#define REGISTERS 8u

static const struct gct_ext_json *const json = &plugin_host_json;

/* Every reader at every value; gives the number of values. */
static size_t walk(const struct gct_call *call, const struct gct_json_value *value, size_t depth)
{
    size_t seen = 1;
    uint32_t type = json->type(value);
    GCT_CHECK(depth <= 64u && type != GCT_JSON_NONE);
    (void)json->integer(value, 0);
    (void)json->number(value, 10000000, 0);
    (void)json->boolean(value);
    GCT_CHECK(gct_utf8_valid(json->string(value)) && gct_utf8_valid(json->id(call, value)));
    for (size_t i = 0; i < json->count(value); i++) {
        struct gct_slice name = GCT_EMPTY;
        const struct gct_json_value *child =
            type == GCT_JSON_ARRAY ? json->at(value, i) : json->member(value, i, &name);
        GCT_CHECK(gct_utf8_valid(name));
        seen += walk(call, child, depth + 1u);
    }
    GCT_CHECK(json->at(value, json->count(value)) == NULL);
    return seen;
}

static void check(const struct gct_call *call, const struct gct_json_value *value)
{
    size_t seen = value == NULL ? 0 : walk(call, value, 1);
    struct gct_slice once = json->write(call, value);
    if (once.len != 0) {
        const struct gct_json_value *again = json->parse(call, once);
        GCT_CHECK(again != NULL && walk(call, again, 1) == seen);
        GCT_CHECK(gct_slice_eq(json->write(call, again), once));
    }
}

/* U+0000 may be written and is not read back. */
static struct gct_slice text_of(struct gct_slice bytes)
{
    return gct_slice_head(bytes, gct_slice_find(bytes, '\0'));
}

static void run(const struct gct_call *call, struct gct_slice program)
{
    static const char *const names[] = { "a", "b", "\xc3\xa9", "\xff" };
    struct gct_json_value *registers[REGISTERS] = { 0 };
    for (size_t i = 0; i + 1u < program.len; i += 2u) {
        unsigned op = (unsigned char)program.ptr[i];
        unsigned operand = (unsigned char)program.ptr[i + 1u];
        struct gct_json_value **to = &registers[operand % REGISTERS];
        struct gct_json_value *from = registers[operand / REGISTERS % REGISTERS];
        switch (op % 7u) {
        case 0: *to = json->new_object(call); break;
        case 1: *to = json->new_array(call); break;
        case 2: *to = json->new_string(call, text_of(gct_slice_head(gct_slice_from(program, i), op))); break;
        case 3: *to = json->new_integer(call, operand % 2u ? INT64_MIN : operand); break;
        case 4: *to = json->new_boolean(call, operand); break;
        case 5: (void)json->set(*to, names[op / 7u % GCT_COUNT(names)], from); break;
        case 6: (void)json->append(*to, from); break;
        default: break;
        }
    }
    for (size_t i = 0; i < REGISTERS; i++) {
        check(call, registers[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice input = { (const char *)data, size };
    size_t end = gct_slice_find(input, '\n');
    struct gct_arena *memory = gct_arena_new(PLUGIN_JSON_BYTES); /* so that none of it is spent */
    struct gct_arena *values = gct_arena_new(PLUGIN_JSON_BYTES);
    struct plugin_host host;
    struct plugin_call call;
    plugin_host_init(&host, GCT_LIT("desk"), GCT_LIT("card"));
    plugin_call_begin(&call, &host, memory, values, NULL, 1, 2);
    run(&call.base, gct_slice_head(input, end));
    check(&call.base, json->parse(&call.base, gct_slice_from(input, end + 1u)));
    plugin_call_end(&call);
    gct_arena_free(&memory);
    gct_arena_free(&values);
    return 0;
}
