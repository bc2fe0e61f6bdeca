/* The configuration file: whatever stands in it, it is taken or refused with sentences. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/slice.h"
#include "daemon/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct gct_settings *settings = NULL;
    struct gct_registry *registry = NULL;
    struct gct_problems problems = { 0 };
    char path[64];
    int fd = memfd_create("settings", 0);
    assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum gct_status st = gct_settings_load(path, 0, &settings, &registry, &problems);
    assert((st == GCT_OK) == (problems.count == 0));
    if (st == GCT_OK) {
        struct gct_buffer text = { 0 };
        gct_settings_print(settings, registry, &text);
        gct_buffer_free(&text);
    }
    gct_registry_free(&registry);
    gct_settings_free(&settings);
    gct_buffer_free(&problems.text);
    (void)close(fd);
    return 0;
}
