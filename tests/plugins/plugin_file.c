#include "plugin_file.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include <guichet/manifest.h>

#include "base/file.h"
#include "base/slice.h"

#define FILE_LIMIT ((size_t)64u << 20)
/* What the compiler's own start-up code keeps: __dso_handle and a flag. */
#define STARTUP_BYTES ((size_t)16)

/* Memory, text and number functions of the C library, and what compilers put in by themselves. */
static const char *const allowed[] = { "memcpy",
                                       "memmove",
                                       "memset",
                                       "memcmp",
                                       "memchr",
                                       "strlen",
                                       "strnlen",
                                       "strcmp",
                                       "strncmp",
                                       "strchr",
                                       "strtoll",
                                       "snprintf",
                                       "vsnprintf",
                                       "qsort",
                                       "bsearch",
                                       "__stack_chk_fail",
                                       "__memcpy_chk",
                                       "__memset_chk",
                                       "__memmove_chk",
                                       "__snprintf_chk",
                                       "__vsnprintf_chk",
                                       "__cxa_finalize",
                                       "__gmon_start__",
                                       "_ITM_deregisterTMCloneTable",
                                       "_ITM_registerTMCloneTable" };

struct elf {
    struct gct_slice bytes;
    const Elf64_Ehdr *head;
    const Elf64_Shdr *sections;
    const char *names;
};

static int elf_open(struct elf *elf, struct gct_slice bytes)
{
    const Elf64_Ehdr *head = (const Elf64_Ehdr *)(const void *)bytes.ptr;

    if (bytes.len < sizeof(*head) || memcmp(head->e_ident, ELFMAG, SELFMAG) != 0)
        return 0;
    if (head->e_shoff + (uint64_t)head->e_shnum * sizeof(Elf64_Shdr) > bytes.len)
        return 0;
    *elf = (struct elf){ .bytes = bytes, .head = head };
    elf->sections = (const Elf64_Shdr *)(const void *)(bytes.ptr + head->e_shoff);
    elf->names = bytes.ptr + elf->sections[head->e_shstrndx].sh_offset;
    return 1;
}

static const Elf64_Shdr *section(const struct elf *elf, const char *name)
{
    for (size_t i = 0; i < elf->head->e_shnum; i++) {
        if (strcmp(elf->names + elf->sections[i].sh_name, name) == 0)
            return &elf->sections[i];
    }
    return NULL;
}

static size_t section_size(const struct elf *elf, const char *name)
{
    const Elf64_Shdr *found = section(elf, name);

    return found ? found->sh_size : 0;
}

static int is_allowed(const char *name)
{
    for (size_t i = 0; i < GCT_COUNT(allowed); i++) {
        if (strcmp(name, allowed[i]) == 0)
            return 1;
    }
    return 0;
}

static void check_symbols(struct tap *tap, const struct elf *elf)
{
    const Elf64_Shdr *table = section(elf, ".dynsym");
    const Elf64_Shdr *strings = section(elf, ".dynstr");
    size_t count = table && strings ? table->sh_size / sizeof(Elf64_Sym) : 0;
    char exported[200] = "";
    char imported[200] = "";
    int entry = 0;

    for (size_t i = 1; i < count; i++) {
        const Elf64_Sym *symbol = (const Elf64_Sym *)(const void *)(elf->bytes.ptr + table->sh_offset) + i;
        const char *name = elf->bytes.ptr + strings->sh_offset + symbol->st_name;

        if (symbol->st_shndx == SHN_UNDEF) {
            if (!is_allowed(name))
                (void)snprintf(imported, sizeof(imported), "# imports %s", name);
        } else if (strcmp(name, "gct_plugin_entry") == 0) {
            entry = 1;
        } else {
            (void)snprintf(exported, sizeof(exported), "# exports %s", name);
        }
    }
    tap_case(tap, entry && exported[0] == '\0', exported, "file: only gct_plugin_entry is exported");
    tap_case(tap, count > 0 && imported[0] == '\0', imported, "file: imports are on the allow list");
}

static int stack_is_plain(const struct elf *elf)
{
    const Elf64_Phdr *programs = (const Elf64_Phdr *)(const void *)(elf->bytes.ptr + elf->head->e_phoff);
    int plain = 0;

    for (size_t i = 0; i < elf->head->e_phnum; i++) {
        if (programs[i].p_type == PT_GNU_STACK)
            plain = (programs[i].p_flags & PF_X) == 0;
    }
    return plain;
}

void plugin_file_check(struct tap *tap, const char *path)
{
    struct gct_error err = { GCT_OK, "" };
    struct gct_arena *arena = gct_arena_new(FILE_LIMIT);
    struct gct_slice bytes = GCT_EMPTY;
    struct elf elf;
    int readable = gct_file_read(path, FILE_LIMIT, arena, &bytes, &err) == GCT_OK && elf_open(&elf, bytes);

    tap_case(tap, readable, "", "file: a 64-bit ELF file");
    if (readable) {
        size_t changing = section_size(&elf, ".data") + section_size(&elf, ".bss");
        size_t starters = section_size(&elf, ".init_array") + section_size(&elf, ".ctors");

        check_symbols(tap, &elf);
        tap_case(tap, changing <= STARTUP_BYTES, "", "file: no data that changes (%zu bytes)", changing);
        tap_case(tap, starters <= sizeof(void *), "", "file: no constructors of its own");
        tap_case(tap, stack_is_plain(&elf), "", "file: the stack is not executable");
        tap_case(tap, section_size(&elf, GCT_MANIFEST_SECTION) > 2, "", "file: has a manifest");
    }
    gct_arena_free(&arena);
}
