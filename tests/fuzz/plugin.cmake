# What comes from a stranger before a plugin is asked (its file, and the signature of a hook), and what a plugin asks for
# and hands over.
if(TARGET guichet_plugin)
    gct_fuzz_target(manifest SOURCES manifest_fuzz.c LINKS guichet_plugin)
    gct_fuzz_target(signature SOURCES signature_fuzz.c LINKS guichet_plugin)
    gct_fuzz_target(host_json SOURCES host_json_fuzz.c LINKS guichet_plugin)
    gct_fuzz_target(guard SOURCES guard_fuzz.c LINKS guichet_plugin)
endif()
