/* Any lines that a platform sends as the head of its answer: at most so many headers and bytes are kept, and
 * none with the end of its line. */
#include "egress/http/transfer.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_slice rest = { (const char *)data, size };
    struct gct_arena *arena = gct_arena_new((size_t)1u << 20);
    struct client_call call = { .arena = arena };
    struct client_transfer transfer = { .call = &call };
    transfer.answer_headers = GCT_ARENA_ARRAY(arena, struct gct_header, CLIENT_ANSWER_HEADERS);
    while (rest.len != 0) {
        size_t end = gct_slice_find(rest, '\n');
        size_t len = end < rest.len ? end + 1u : end;
        /* libcurl's bytes are ours to read and nobody's to change. */
        GCT_CHECK(take_header((char *)(uintptr_t)rest.ptr, 1u, len, &transfer) == len);
        rest = gct_slice_from(rest, len);
        GCT_CHECK(transfer.answer_header_count <= CLIENT_ANSWER_HEADERS);
        GCT_CHECK(transfer.answer_head_bytes <= TRANSFER_HEAD_BYTES);
    }
    for (size_t i = 0; i < transfer.answer_header_count; i++) {
        struct gct_slice name = transfer.answer_headers[i].name;
        struct gct_slice value = transfer.answer_headers[i].value;
        GCT_CHECK(gct_slice_find(name, ':') == name.len && gct_slice_find(name, '\n') == name.len);
        GCT_CHECK(gct_slice_find(value, '\n') == value.len);
        GCT_CHECK(value.len == 0 || value.ptr[value.len - 1u] != '\r');
    }
    gct_arena_free(&arena);
    return 0;
}
