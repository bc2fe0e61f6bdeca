/* Replays a corpus through a fuzz target without a fuzzer: `fuzz_NAME FOLDER_OR_FILE…`. What a fuzzer once
 * found stays found in every ordinary test run. Fails when there is nothing to replay. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Replays one file; false when it cannot be read. The bytes are in a block of their exact size, so that a
 * sanitizer sees a read past the end. */
static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    int ok = 0;
    struct stat info;

    if (file == NULL || fstat(fileno(file), &info) != 0)
        goto out;
    size_t size = (size_t)info.st_size;
    data = malloc(size == 0 ? 1 : size);
    if (data == NULL || fread(data, 1, size, file) != size)
        goto out;
    LLVMFuzzerTestOneInput(data, size);
    ok = 1;
out:
    if (!ok)
        perror(path);
    free(data);
    if (file != NULL)
        fclose(file);
    return ok;
}

static int replay_folder(const char *path, size_t *count)
{
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, NULL, alphasort);
    int ok = n >= 0;

    if (n < 0)
        perror(path);
    for (int i = 0; i < n; i++) {
        char file[4096];

        if (entries[i]->d_name[0] != '.') {
            int len = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);

            if (len < 0 || (size_t)len >= sizeof file || !replay_file(file))
                ok = 0;
            (*count)++;
        }
        free(entries[i]);
    }
    free(entries);
    return ok;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    int ok = 1;

    for (int i = 1; i < argc; i++) {
        struct stat info;

        if (stat(argv[i], &info) == 0 && S_ISREG(info.st_mode)) {
            if (!replay_file(argv[i]))
                ok = 0;
            count++;
        } else if (!replay_folder(argv[i], &count)) {
            ok = 0;
        }
    }
    printf("%zu inputs replayed\n", count);
    return ok && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
