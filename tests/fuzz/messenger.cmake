# Fuzz targets of the Messenger plugin. Their corpus is made from its vectors while building.
foreach(pair IN ITEMS decode:hook classify:reply profile:answer)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 call)
    list(GET pair 1 kind)
    set(vectors ${CMAKE_SOURCE_DIR}/plugins/messenger/vectors)
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/corpus/messenger_${call})
    file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/corpus)
    file(GLOB files CONFIGURE_DEPENDS ${vectors}/*.${kind}.json)
    add_custom_command(OUTPUT ${folder}.stamp
        COMMAND corpus ${vectors} ${kind} ${folder}
        COMMAND ${CMAKE_COMMAND} -E touch ${folder}.stamp
        DEPENDS corpus ${files} COMMENT "Corpus of messenger_${call}" VERBATIM)
    gct_fuzz_target(messenger_${call} SOURCES messenger_${call}.c ${folder}.stamp
        LINKS guichet_plugin_messenger guichet_plugin_kit CORPUS ${folder})
endforeach()
