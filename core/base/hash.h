/* Hash tables: uthash, included in this one place. Its default hash falls through its cases, which clang does
 * not let pass; FNV is as good for keys of a few dozen bytes. */
#ifndef GUICHET_CORE_BASE_HASH_H
#define GUICHET_CORE_BASE_HASH_H

#define HASH_FUNCTION(key, len, hash) HASH_FNV(key, len, hash)
#include <uthash.h>

#endif
