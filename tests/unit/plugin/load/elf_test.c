#include "plugin/load/elf.c"

#include <stdlib.h>

#include "cmocka_all.h"
#include "plugin/elf_image.h"

static struct elf_image image;

static enum gct_status find(struct gct_slice file, struct gct_slice *out, struct gct_error *err)
{
    return gct_elf_section(file, ".guichet.manifest", out, err);
}

static void a_section_is_found_by_its_name(void **state)
{
    struct gct_slice out = GCT_EMPTY;
    struct gct_slice file = elf_image_make(&image, "hello");
    (void)state;
    assert_int_equal(find(file, &out, NULL), GCT_OK);
    assert_int_equal(out.len, 6);
    assert_string_equal(out.ptr, "hello");
    assert_int_equal(gct_elf_section(file, ".guichet", &out, NULL), GCT_NOT_FOUND);
    assert_int_equal(gct_elf_section(file, ".guichet.manifest.more", &out, NULL), GCT_NOT_FOUND);
}

static void an_image_cut_anywhere_is_refused_or_still_whole(void **state)
{
    struct gct_slice file = elf_image_make(&image, "hello");
    (void)state;
    for (size_t len = 0; len < file.len; len++) {
        struct gct_slice out = GCT_EMPTY;
        char *exact = malloc(len == 0 ? 1u : len);
        memcpy(exact, file.ptr, len);
        enum gct_status st = find((struct gct_slice){ exact, len }, &out, NULL);
        assert_true(st != GCT_OK || (out.len == 6u && out.ptr + out.len <= exact + len));
        assert_true(st == GCT_OK || out.len == 0);
        free(exact);
    }
}

struct damage {
    const char *sentence;
    size_t offset;
    size_t size;
    uint64_t value;
};

#define AT(member, wrong) offsetof(struct elf_image, member), sizeof(image.member), (wrong)

static const struct damage damages[] = {
    { "not an ELF file", AT(header.e_ident[0], 0) },
    { "ELF class 1 and byte order 1", AT(header.e_ident[EI_CLASS], ELFCLASS32) },
    { "ELF class 2 and byte order 2", AT(header.e_ident[EI_DATA], ELFDATA2MSB) },
    { "ELF type 2, a shared object has type 3", AT(header.e_type, ET_EXEC) },
    { "no table of sections (0 entries", AT(header.e_shnum, 0) },
    { "no table of sections (3 entries of 40 bytes", AT(header.e_shentsize, 40) },
    { "names in 3)", AT(header.e_shstrndx, 3) },
    { "its table of sections is at 18446744073709551615", AT(header.e_shoff, UINT64_MAX) },
    { "the ELF file is cut off", AT(header.e_shnum, 0xffff) },
    { "no section", AT(sections[1].sh_offset, UINT64_MAX) },
    { "no section", AT(sections[1].sh_size, 12) },
    { "no section", AT(sections[2].sh_name, UINT32_MAX) },
    { "is not within the file's", AT(sections[2].sh_offset, UINT64_MAX - 2u) },
    { "is not within the file's", AT(sections[2].sh_size, UINT64_MAX) },
    { "is not within the file's", AT(sections[2].sh_type, SHT_NOBITS) },
};

static void each_contradiction_has_its_sentence(void **state)
{
    (void)state;
    for (size_t i = 0; i < GCT_COUNT(damages); i++) {
        struct gct_error err = { GCT_OK, "" };
        struct gct_slice out = GCT_EMPTY;
        struct gct_slice file = elf_image_make(&image, "hello");
        memcpy((char *)&image + damages[i].offset, &damages[i].value, damages[i].size);
        assert_int_not_equal(find(file, &out, &err), GCT_OK);
        assert_int_equal(out.len, 0);
        if (strstr(err.text, damages[i].sentence) == NULL) {
            fail_msg("\"%s\", expected \"%s\"", err.text, damages[i].sentence);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_section_is_found_by_its_name),
        cmocka_unit_test(an_image_cut_anywhere_is_refused_or_still_whole),
        cmocka_unit_test(each_contradiction_has_its_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
