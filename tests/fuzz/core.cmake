# What the core reads of strangers before and behind the plugins: JSON, requests, times, feed frames, the configuration.
gct_fuzz_target(json SOURCES json_fuzz.c LINKS guichet_base)
if(TARGET guichet_http)
    gct_fuzz_target(request SOURCES request_fuzz.c LINKS guichet_http)
endif()
if(TARGET guichet_daemon)
    gct_fuzz_target(settings SOURCES settings_fuzz.c LINKS guichet_daemon)
endif()
