/* Hash tables: uthash, included in this one place. Its default hash falls through its cases, which clang does
 * not let pass; FNV is as good for keys of a few dozen bytes. */
#ifndef GUICHET_CORE_BASE_HASH_H
#define GUICHET_CORE_BASE_HASH_H

#define HASH_FUNCTION(key, len, hash) HASH_FNV(key, len, hash)
#include <uthash.h>

#ifdef __clang_analyzer__
/* The analyzer does not know that nothing stands before a table's head, nor which bytes of a key were set. */
void gct_hash_removed(void *head, void *item);
unsigned gct_hash_of(const void *key, size_t len);
#undef HASH_DEL
#define HASH_DEL(head, item) gct_hash_removed(&(head), item)
#undef HASH_FUNCTION
#define HASH_FUNCTION(key, len, hash) (hash) = gct_hash_of(key, len)
#endif

#endif
