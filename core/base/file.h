/* Whole small files: read within a limit, write so that a crash leaves the old or the new one. May block. */
#ifndef GUICHET_CORE_BASE_FILE_H
#define GUICHET_CORE_BASE_FILE_H

#include <guichet/abi.h>

#include "base/arena.h"
#include "base/error.h"

/* The bytes of a regular file in the arena; GCT_NOT_FOUND, GCT_LIMIT past limit bytes, GCT_UNAVAILABLE. */
GCT_NODISCARD enum gct_status gct_file_read(const char *path, size_t limit, struct gct_arena *arena,
                                            struct gct_slice *bytes, struct gct_error *err);

/* Writes to a temporary name beside path, syncs, renames, syncs the folder. */
GCT_NODISCARD enum gct_status gct_file_write(const char *path, struct gct_slice bytes, unsigned mode,
                                             struct gct_error *err);

/* The folder, made with mode when absent (its parent must exist). */
GCT_NODISCARD enum gct_status gct_folder_make(const char *path, unsigned mode, struct gct_error *err);

#endif
