/* Heap memory for the core's own objects. Running out of it ends the process: what may run out (input of
 * strangers) is bounded by arenas and queues, which say so instead. */
#ifndef GUICHET_CORE_BASE_HEAP_H
#define GUICHET_CORE_BASE_HEAP_H

#include <guichet/abi.h>

#include "base/check.h"

/* Zeroed memory, never NULL, freed with free(). */
void *gct_heap_new(size_t bytes);

/* count elements of size bytes, zeroed, never NULL. */
void *gct_heap_array(size_t count, size_t size);

/* memory grown or shrunk to count elements of size bytes; the new part is not zeroed. Never NULL. */
void *gct_heap_resize(void *memory, size_t count, size_t size);

/* A NUL-terminated copy; never NULL, freed with free(). */
char *gct_heap_text(struct gct_slice text);

/* Gives free memory back to the system: the C library keeps what a rush of hooks or thousands of consoles
 * have used. Whoever allocates meanwhile may wait some milliseconds. Any thread. */
void gct_heap_tidy(void);

#endif
