/* How long the disk takes to make 4 KB durable: `disk FILE [rounds]` prints the p50 of write + fdatasync in
 * microseconds, appending to a file, and overwriting one that has its space. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/heap.h"
#include "base/slice.h"

#define BLOCK 4096

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The p50 of rounds writes; -1 when the disk refuses. */
static int64_t measure(int fd, int rounds, int64_t *times)
{
    static const char block[BLOCK] = { 1 };
    if (lseek(fd, 0, SEEK_SET) != 0) {
        return -1;
    }
    for (int i = 0; i < rounds; i++) {
        int64_t begin = gct_clock_mono_us();
        if (write(fd, block, BLOCK) != BLOCK || fdatasync(fd) != 0) {
            return -1;
        }
        times[i] = gct_clock_mono_us() - begin;
    }
    qsort(times, (size_t)rounds, sizeof *times, by_size);
    return times[rounds / 2];
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "usage: disk FILE [rounds]\n");
        return 2;
    }
    int64_t said = 2000;
    if (argc > 2 && gct_slice_integer(gct_slice_of(argv[2]), 1, INT32_MAX, &said) != GCT_OK) {
        (void)fprintf(stderr, "disk: %s is not a number of rounds\n", argv[2]);
        return 2;
    }
    int rounds = (int)said;
    int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0) {
        perror(argv[1]);
        return 1;
    }
    int64_t *times = gct_heap_array((size_t)rounds, sizeof *times);
    int64_t append = measure(fd, rounds, times);
    int64_t overwrite = measure(fd, rounds, times);
    (void)printf("{\"append_us\":%lld,\"overwrite_us\":%lld}\n", (long long)append, (long long)overwrite);
    (void)close(fd);
    (void)unlink(argv[1]);
    free(times);
    return append < 0 || overwrite < 0;
}
