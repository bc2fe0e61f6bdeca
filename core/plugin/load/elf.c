#include "plugin/load/elf.h"

#include <elf.h>
#include <string.h>

#include "base/slice.h"

/* The length bytes at offset, or nothing at all when the file does not reach so far. */
static struct gct_slice part(struct gct_slice file, uint64_t offset, uint64_t length)
{
    int inside = offset <= file.len && length <= file.len - offset;
    return inside ? (struct gct_slice){ file.ptr + offset, (size_t)length } : GCT_EMPTY;
}

/* Copies the size bytes at offset, which need not be aligned. */
static int fetch(struct gct_slice file, uint64_t offset, void *out, size_t size)
{
    struct gct_slice bytes = part(file, offset, size);
    if (bytes.ptr != NULL) {
        memcpy(out, bytes.ptr, size);
    }
    return bytes.ptr != NULL;
}

static enum gct_status check_header(struct gct_slice file, Elf64_Ehdr *header, struct gct_error *err)
{
    if (file.len < SELFMAG || memcmp(file.ptr, ELFMAG, SELFMAG) != 0) {
        return gct_error_set(err, GCT_INVALID, "not an ELF file");
    }
    if (!fetch(file, 0, header, sizeof *header)) {
        return gct_error_set(err, GCT_INVALID, "the ELF file is cut off: %zu bytes, its header alone has %zu",
                             file.len, sizeof *header);
    }
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
        return gct_error_set(
            err, GCT_INVALID,
            "ELF class %u and byte order %u; only class %u (64 bits) and byte order %u (little "
            "endian) are read",
            header->e_ident[EI_CLASS], header->e_ident[EI_DATA], ELFCLASS64, ELFDATA2LSB);
    }
    if (header->e_type != ET_DYN) {
        return gct_error_set(err, GCT_INVALID, "ELF type %u, a shared object has type %u", header->e_type,
                             ET_DYN);
    }
    if (header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shnum == 0 ||
        header->e_shstrndx >= header->e_shnum) {
        return gct_error_set(err, GCT_INVALID, "no table of sections (%u entries of %u bytes, names in %u)",
                             header->e_shnum, header->e_shentsize, header->e_shstrndx);
    }
    if (part(file, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)).ptr == NULL) {
        return gct_error_set(err, GCT_INVALID,
                             "the ELF file is cut off: %zu bytes, its table of sections is at %llu", file.len,
                             (unsigned long long)header->e_shoff);
    }
    return GCT_OK;
}

/* True when the section's name, in the table of names, is name. */
static int has_name(struct gct_slice names, uint32_t offset, const char *name)
{
    size_t len = strlen(name) + 1u; /* with its NUL */
    struct gct_slice found = part(names, offset, len);
    return found.ptr != NULL && memcmp(found.ptr, name, len) == 0;
}

enum gct_status gct_elf_section(struct gct_slice file, const char *name, struct gct_slice *out,
                                struct gct_error *err)
{
    enum gct_status st = GCT_OK;
    Elf64_Ehdr header;
    Elf64_Shdr section = { 0 };
    struct gct_slice names;
    *out = GCT_EMPTY;
    st = check_header(file, &header, err);
    if (st != GCT_OK) {
        goto out;
    }
    (void)fetch(file, header.e_shoff + header.e_shstrndx * sizeof section, &section, sizeof section);
    names = part(file, section.sh_offset, section.sh_size);
    for (unsigned i = 0; i < header.e_shnum; i++) {
        (void)fetch(file, header.e_shoff + i * sizeof section, &section, sizeof section);
        if (!has_name(names, section.sh_name, name)) {
            continue;
        }
        *out = part(file, section.sh_offset, section.sh_size);
        if (section.sh_type == SHT_NOBITS || out->ptr == NULL) {
            *out = GCT_EMPTY;
            st = gct_error_set(
                err, GCT_INVALID, "section %s (%llu bytes at %llu) is not within the file's %zu bytes", name,
                (unsigned long long)section.sh_size, (unsigned long long)section.sh_offset, file.len);
        }
        goto out;
    }
    st = gct_error_set(err, GCT_NOT_FOUND, "no section %s", name);
out:
    return st;
}
