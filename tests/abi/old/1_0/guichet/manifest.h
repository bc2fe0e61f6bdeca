/* The manifest: a plugin's description as JSON text inside the file, read from its bytes before anything of
 * it is loaded or run.
 *
 * Use the macro once, at file scope:
 *
 *   GCT_MANIFEST("{ \"id\": \"postcard\", \"name\": \"Postcards\", \"version\": \"1.0.0\", \"abi\": \"1.0\",
 * … }");
 *
 * Members: id (the file is <id>.so), name, version, abi ("1.0": the least ABI it needs), summary, requires
 * (list of host extensions it cannot work without), and options: a list of { "name", "scope":
 * "channel"|"account", "type": "text"|"number"|"flag"|"choice"|"secret"|"secret_list"|"url", "required":
 * bool, "default", "min", "max", "choices": [..], "help": "one sentence" }. */
#ifndef GUICHET_MANIFEST_H
#define GUICHET_MANIFEST_H

#define GCT_MANIFEST_SECTION ".guichet.manifest"

#include <guichet/abi.h>

#ifdef __cplusplus
#define GCT_MANIFEST_LINKAGE extern "C"
#else
#define GCT_MANIFEST_LINKAGE extern
#endif

#define GCT_MANIFEST(text)                                                                                   \
    GCT_MANIFEST_LINKAGE __attribute__((visibility("hidden"))) const char gct_manifest_text[sizeof(text)];   \
    __attribute__((section(GCT_MANIFEST_SECTION), used)) const char gct_manifest_text[sizeof(text)] = text

#endif
