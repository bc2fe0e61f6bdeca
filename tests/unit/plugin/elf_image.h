/* A small shared object made in memory: a header, two sections and their names. */
#ifndef GUICHET_TESTS_UNIT_PLUGIN_ELF_IMAGE_H
#define GUICHET_TESTS_UNIT_PLUGIN_ELF_IMAGE_H

#include <elf.h>
#include <string.h>

#include "base/slice.h"

#define ELF_IMAGE_NAMES "\0.names\0.guichet.manifest"

struct elf_image {
    Elf64_Ehdr header;
    Elf64_Shdr sections[3];
    char names[sizeof ELF_IMAGE_NAMES];
    char text[4096];
};

static struct gct_slice elf_image_make(struct elf_image *image, const char *text)
{
    memset(image, 0, sizeof *image);
    memcpy(image->header.e_ident, ELFMAG, SELFMAG);
    image->header.e_ident[EI_CLASS] = ELFCLASS64;
    image->header.e_ident[EI_DATA] = ELFDATA2LSB;
    image->header.e_type = ET_DYN;
    image->header.e_shoff = offsetof(struct elf_image, sections);
    image->header.e_shentsize = sizeof(Elf64_Shdr);
    image->header.e_shnum = 3;
    image->header.e_shstrndx = 1;
    image->sections[1].sh_name = 1;
    image->sections[1].sh_type = SHT_STRTAB;
    image->sections[1].sh_offset = offsetof(struct elf_image, names);
    image->sections[1].sh_size = sizeof image->names;
    image->sections[2].sh_name = 8;
    image->sections[2].sh_type = SHT_PROGBITS;
    image->sections[2].sh_offset = offsetof(struct elf_image, text);
    image->sections[2].sh_size = strlen(text) + 1u;
    memcpy(image->names, ELF_IMAGE_NAMES, sizeof image->names);
    memcpy(image->text, text, strlen(text));
    return (struct gct_slice){ (const char *)image, sizeof *image };
}

#endif
