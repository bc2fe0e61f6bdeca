# What the core reads of strangers before and behind the plugins: JSON, heads and requests, what platforms answer, the
# configuration.
gct_fuzz_target(json SOURCES json_fuzz.c LINKS guichet_base)
if(TARGET guichet_http)
    # Beside what stands in the corpus: every route of the table, made while building.
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/corpus/request)
    add_executable(request_corpus request_corpus.c)
    gct_c_target(request_corpus)
    set_target_properties(request_corpus PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(request_corpus PRIVATE guichet_http)
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/corpus)
    add_custom_command(OUTPUT ${folder}.stamp
        COMMAND ${CMAKE_COMMAND} -E rm -rf ${folder}
        COMMAND request_corpus ${folder}
        COMMAND ${CMAKE_COMMAND} -E touch ${folder}.stamp
        DEPENDS request_corpus COMMENT "Corpus of request" VERBATIM)
    gct_fuzz_target(request SOURCES request_fuzz.c ${folder}.stamp LINKS guichet_http
        CORPUS ${CMAKE_CURRENT_SOURCE_DIR}/corpus/request ${folder})
    gct_fuzz_target(console SOURCES console_fuzz.c LINKS guichet_http)
    gct_fuzz_target(hook SOURCES hook_fuzz.c LINKS guichet_http)
    gct_fuzz_target(browser SOURCES browser_fuzz.c LINKS guichet_http)
    gct_fuzz_target(head SOURCES head_fuzz.c LINKS guichet_http)
    gct_fuzz_target(feed SOURCES feed_fuzz.c LINKS guichet_http)
endif()
if(TARGET guichet_store)
    gct_fuzz_target(words SOURCES words_fuzz.c LINKS guichet_store sqlite3)
endif()
if(TARGET guichet_http)
    gct_fuzz_target(door SOURCES door_fuzz.c LINKS guichet_http websockets)
endif()
if(TARGET guichet_egress)
    gct_fuzz_target(answer_head SOURCES answer_head.c LINKS guichet_egress curl)
endif()
if(TARGET guichet_daemon)
    gct_fuzz_target(settings SOURCES settings_fuzz.c LINKS guichet_daemon)
endif()
