/* The little of ELF that a plugin's file is read with: finding one section in its bytes. Pure, any thread;
 * nothing is mapped, loaded or run, and no offset of the file is believed before it was compared with its
 * length. */
#ifndef GUICHET_CORE_PLUGIN_LOAD_ELF_H
#define GUICHET_CORE_PLUGIN_LOAD_ELF_H

#include <guichet/abi.h>

#include "base/error.h"

/* The bytes of the section called name in a 64-bit little-endian shared object, borrowed from file.
 * GCT_INVALID with a sentence when file is something else, is cut off or contradicts itself; GCT_NOT_FOUND
 * when it has no such section. */
GCT_NODISCARD enum gct_status gct_elf_section(struct gct_slice file, const char *name, struct gct_slice *out,
                                              struct gct_error *err);

#endif
