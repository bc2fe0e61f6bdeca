# What the CMakeLists.txt of each folder is written with.
#
#   gct_library(store SOURCES store.c … LINKS guichet_model PRIVATE_LINKS sqlite3)     static library guichet_store
#   gct_program(guichetd SOURCES main.c LINKS guichet_daemon)                          program
#   gct_plugin(messenger MANIFEST manifest.json SOURCES decode.c … LINKS guichet_kit)  plugins/messenger.so
#   gct_plugin_library(kit SOURCES graph.c …)                                          what plugins share
#   gct_sql(guichet_store)                                                             store/statements.gen.h, store/migrations.gen.h
#   gct_embed(guichet_http FILE x.yaml HEADER http/x.gen.h SYMBOL x_yaml)              a text file as a C string
#   gct_unit_tests(store)                                                              tests/unit/store/*_test.c
#   gct_fuzz_target(json SOURCES json_fuzz.c LINKS guichet_base)                       fuzz target, or replay of its corpus
#
# Foreign libraries are linked by these names: jansson sqlite3 sodium curl websockets ev confuse ssl crypto
# cmocka threads dl m. PRIVATE_LINKS keeps a foreign library out of sight of the folders above.

include_guard(GLOBAL)
include(GNUInstallDirs)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_program(GCT_AWK NAMES mawk gawk awk REQUIRED)

set(GCT_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
set(GCT_GENERATED_DIR ${CMAKE_BINARY_DIR}/generated)
set(GCT_PLUGIN_OUTPUT_DIR ${CMAKE_BINARY_DIR}/plugins)
set(GCT_PLUGIN_INSTALL_DIR lib/guichet/plugins)
set(GCT_CONSOLE_INSTALL_DIR share/guichet/console)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

configure_file(${GCT_CMAKE_DIR}/version.h.in ${GCT_GENERATED_DIR}/base/version.gen.h @ONLY)

# ---- foreign libraries ------------------------------------------------------------------------------------------------

function(gct_foreign name module)
    pkg_check_modules(${name} REQUIRED QUIET IMPORTED_TARGET GLOBAL ${module})
    add_library(${name} ALIAS PkgConfig::${name})
endfunction()

gct_foreign(jansson "jansson>=2.14")
gct_foreign(sqlite3 "sqlite3>=3.40")
gct_foreign(sodium "libsodium>=1.0.18")
gct_foreign(curl "libcurl>=7.88")
gct_foreign(websockets "libwebsockets>=4.1")
gct_foreign(confuse "libconfuse>=3.3")
gct_foreign(ssl "libssl>=3.0")
gct_foreign(crypto "libcrypto>=3.0")
if(GUICHET_TESTS)
    gct_foreign(cmocka "cmocka>=1.1")
endif()
# libev ships no description for pkg-config.
find_library(GCT_LIBEV NAMES ev REQUIRED)
add_library(ev INTERFACE IMPORTED GLOBAL)
target_link_libraries(ev INTERFACE ${GCT_LIBEV})
add_library(threads ALIAS Threads::Threads)

# ---- flags ------------------------------------------------------------------------------------------------------------

# Checks stay in a release (no NDEBUG), and the bytes do not depend on the folder they were built in.
set(CMAKE_C_FLAGS_RELEASE "-O2")
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)

# Every target of ours, plugins too.
add_library(guichet_flags INTERFACE)
target_compile_options(guichet_flags INTERFACE
    -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Wformat=2 -Wimplicit-fallthrough
    -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion
    -fno-strict-aliasing -fno-strict-overflow -fno-delete-null-pointer-checks
    $<$<CONFIG:Debug>:-fno-omit-frame-pointer>
    $<$<C_COMPILER_ID:GNU>:-Wtrampolines -Wbidi-chars=any>
    $<$<BOOL:${GUICHET_WERROR}>:-Werror>)

if(GUICHET_HARDEN)
    target_compile_options(guichet_flags INTERFACE
        -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
        # clang 14 takes automatic initialisation only behind a second flag that says it will go away.
        $<$<C_COMPILER_ID:GNU>:-ftrivial-auto-var-init=zero -fexceptions>)
    target_link_options(guichet_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
endif()
if(GUICHET_SANITIZE)
    target_compile_options(guichet_flags INTERFACE
        -fsanitize=${GUICHET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
    target_link_options(guichet_flags INTERFACE -fsanitize=${GUICHET_SANITIZE})
endif()
if(GUICHET_COVERAGE)
    target_compile_options(guichet_flags INTERFACE --coverage -O0)
    target_link_options(guichet_flags INTERFACE --coverage)
endif()
if(GUICHET_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
        message(FATAL_ERROR "GUICHET_FUZZ needs clang; the compiler is ${CMAKE_C_COMPILER_ID}. Use --preset fuzz.")
    endif()
    target_compile_options(guichet_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# What only code of the core has: its include roots, and Linux beyond C11.
add_library(guichet_core_flags INTERFACE)
target_link_libraries(guichet_core_flags INTERFACE guichet_flags)
target_compile_definitions(guichet_core_flags INTERFACE _GNU_SOURCE)
target_include_directories(guichet_core_flags INTERFACE
    ${CMAKE_SOURCE_DIR}/core ${CMAKE_SOURCE_DIR}/include ${GCT_GENERATED_DIR})

# A plugin sees the SDK and what plugins share, nothing else.
add_library(guichet_plugin_flags INTERFACE)
target_link_libraries(guichet_plugin_flags INTERFACE guichet_flags)
target_include_directories(guichet_plugin_flags INTERFACE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/plugins)

function(gct_c_target target)
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
endfunction()

# Stops on arguments that no keyword of the caller takes: a misspelt keyword must not pass in silence.
macro(gct_parse one many)
    cmake_parse_arguments(PARSE_ARGV 1 arg "LOOSE" "${one}" "${many}")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "${CMAKE_CURRENT_FUNCTION}(${name}): unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
    endif()
endmacro()

# ---- libraries and programs -------------------------------------------------------------------------------------------

function(gct_library name)
    gct_parse("" "SOURCES;LINKS;PRIVATE_LINKS")
    add_library(guichet_${name} STATIC ${arg_SOURCES})
    gct_c_target(guichet_${name})
    target_link_libraries(guichet_${name} PUBLIC guichet_core_flags ${arg_LINKS} PRIVATE ${arg_PRIVATE_LINKS})
    # A unit test includes the .c file that it tests, so it needs what that file needs.
    set_property(TARGET guichet_${name} PROPERTY GCT_TEST_LINKS ${arg_PRIVATE_LINKS})
endfunction()

# DESTINATION is where `cmake --install` puts it, below the prefix; without it: bin.
function(gct_program name)
    gct_parse("DESTINATION" "SOURCES;LINKS")
    add_executable(${name} ${arg_SOURCES})
    gct_c_target(${name})
    target_link_libraries(${name} PRIVATE guichet_core_flags ${arg_LINKS})
    target_link_options(${name} PRIVATE -pie)
    if(NOT arg_DESTINATION)
        set(arg_DESTINATION bin)
    endif()
    install(TARGETS ${name} DESTINATION ${arg_DESTINATION})
endfunction()

# ---- plugins ----------------------------------------------------------------------------------------------------------

# Static library guichet_NAME for plugins only: it sees include/ and plugins/, never core/.
function(gct_plugin_library name)
    gct_parse("" "SOURCES;LINKS")
    add_library(guichet_${name} STATIC ${arg_SOURCES})
    gct_c_target(guichet_${name})
    set_target_properties(guichet_${name} PROPERTIES C_VISIBILITY_PRESET hidden)
    target_link_libraries(guichet_${name} PUBLIC guichet_plugin_flags ${arg_LINKS})
endfunction()

# Library guichet_plugin_NAME (for unit tests) and module NAME.so, which exports gct_plugin_entry alone and may ask the
# C library alone. MANIFEST: the JSON file that becomes the module's manifest; without it a source has GCT_MANIFEST.
# DIRECTORY: another folder of the build than plugins/, and no installation (plugins made for tests). LOOSE: neither
# exports nor imports are limited (plugins that are wrong on purpose).
function(gct_plugin name)
    gct_parse("DIRECTORY;MANIFEST" "SOURCES;LINKS")
    set(folder ${GCT_PLUGIN_OUTPUT_DIR})
    if(arg_DIRECTORY)
        set(folder ${CMAKE_BINARY_DIR}/${arg_DIRECTORY})
    endif()
    gct_plugin_library(plugin_${name} SOURCES ${arg_SOURCES} LINKS ${arg_LINKS})

    # The module is that library as a whole, and its manifest.
    add_library(module_${name} MODULE)
    if(arg_MANIFEST)
        get_filename_component(manifest ${arg_MANIFEST} ABSOLUTE)
        gct_generate(module_${name} plugin_${name}.c manifest.awk FILES ${manifest})
    else()
        set(nothing ${GCT_GENERATED_DIR}/plugin_${name}.c)
        file(CONFIGURE OUTPUT ${nothing} CONTENT "/* All of this module is in guichet_plugin_${name}. */\n")
        target_sources(module_${name} PRIVATE ${nothing})
    endif()
    gct_c_target(module_${name})
    set_target_properties(module_${name} PROPERTIES
        PREFIX "" OUTPUT_NAME ${name} LIBRARY_OUTPUT_DIRECTORY ${folder} LINK_DEPENDS ${GCT_CMAKE_DIR}/plugin.map)
    target_link_libraries(module_${name} PRIVATE guichet_plugin_flags $<LINK_LIBRARY:WHOLE_ARCHIVE,guichet_plugin_${name}>)
    if(NOT arg_LOOSE)
        target_link_options(module_${name} PRIVATE -Wl,--version-script=${GCT_CMAKE_DIR}/plugin.map)
        # clang leaves the sanitizers' own symbols to the program that loads the module.
        if(NOT (GUICHET_SANITIZE AND CMAKE_C_COMPILER_ID STREQUAL "Clang"))
            target_link_options(module_${name} PRIVATE -Wl,-z,defs)
        endif()
    endif()
    if(NOT arg_DIRECTORY)
        install(TARGETS module_${name} DESTINATION ${GCT_PLUGIN_INSTALL_DIR})
    endif()
endfunction()

# ---- generated sources ------------------------------------------------------------------------------------------------

# Runs an awk script over FILES to make one generated source of TARGET. VARIABLES: name=value, for the script.
function(gct_generate target header script)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "FILES;VARIABLES")
    set(output ${GCT_GENERATED_DIR}/${header})
    get_filename_component(folder ${output} DIRECTORY)
    set(variables)
    foreach(variable IN LISTS arg_VARIABLES)
        list(APPEND variables -v ${variable})
    endforeach()
    add_custom_command(OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${folder}
        COMMAND ${GCT_AWK} ${variables} -f ${GCT_CMAKE_DIR}/c_string.awk -f ${GCT_CMAKE_DIR}/${script} ${arg_FILES}
                > ${output}.new
        COMMAND ${CMAKE_COMMAND} -E rename ${output}.new ${output}
        DEPENDS ${arg_FILES} ${GCT_CMAKE_DIR}/c_string.awk ${GCT_CMAKE_DIR}/${script}
        COMMENT "Generating ${header}" VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()

# Turns sql/*.sql and migrations/*.sql of the current folder into headers for TARGET. STATEMENTS and MIGRATIONS name
# other folders, PREFIX (store) the folder of the generated headers.
function(gct_sql name)
    gct_parse("STATEMENTS;MIGRATIONS;PREFIX" "")
    foreach(default IN ITEMS STATEMENTS=sql MIGRATIONS=migrations PREFIX=store)
        string(REGEX MATCH "^(.*)=(.*)$" pair ${default})
        if(NOT arg_${CMAKE_MATCH_1})
            set(arg_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
        endif()
    endforeach()
    foreach(kind IN ITEMS STATEMENTS MIGRATIONS)
        file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${arg_${kind}}/*.sql)
        list(SORT files)
        if(NOT files)
            message(FATAL_ERROR "gct_sql(${name}): no .sql file in ${CMAKE_CURRENT_SOURCE_DIR}/${arg_${kind}}")
        endif()
        string(TOLOWER ${kind} lower)
        gct_generate(${name} ${arg_PREFIX}/${lower}.gen.h sql_${lower}.awk FILES ${files})
    endforeach()
endfunction()

function(gct_embed name)
    gct_parse("FILE;HEADER;SYMBOL" "")
    get_filename_component(file ${arg_FILE} ABSOLUTE)
    gct_generate(${name} ${arg_HEADER} embed.awk FILES ${file} VARIABLES symbol=${arg_SYMBOL})
endfunction()

# ---- tests ------------------------------------------------------------------------------------------------------------

# One program and one ctest for each tests/unit/FOLDER/**/x_test.c, linked with guichet_FOLDER (plugins/NAME: with
# guichet_plugin_NAME) and cmocka. Target unit_FOLDER builds them; `ctest -L FOLDER` runs them.
function(gct_unit_tests folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINKS")
    string(MAKE_C_IDENTIFIER ${folder} id)
    set(library guichet_${id})
    if(folder MATCHES "^plugins/(.*)$")
        set(library guichet_plugin_${CMAKE_MATCH_1})
        if(NOT TARGET ${library})
            set(library guichet_${CMAKE_MATCH_1})
        endif()
    endif()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${folder}/*_test.c)
    if(NOT sources)
        return()
    endif()
    if(NOT TARGET ${library})
        message(WARNING "tests/unit/${folder} has tests, but there is no library ${library} to link them with")
        return()
    endif()
    get_target_property(test_links ${library} GCT_TEST_LINKS)
    if(NOT test_links)
        set(test_links)
    endif()
    set(programs)
    foreach(source IN LISTS sources)
        file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/tests/unit ${source})
        string(REGEX REPLACE "_test\\.c$" "" path ${path})
        string(MAKE_C_IDENTIFIER unit_${path} program)
        add_executable(${program} ${source})
        gct_c_target(${program})
        set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        target_include_directories(${program} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit)
        target_link_libraries(${program} PRIVATE ${library} ${test_links} ${arg_LINKS} cmocka)
        target_compile_definitions(${program} PRIVATE
            GCT_SOURCE_DIR="${CMAKE_SOURCE_DIR}" GCT_BINARY_DIR="${CMAKE_BINARY_DIR}")
        add_test(NAME unit/${path} COMMAND ${program})
        set_tests_properties(unit/${path} PROPERTIES LABELS "unit;${folder}" TIMEOUT 120)
        list(APPEND programs ${program})
    endforeach()
    add_custom_target(unit_${id} DEPENDS ${programs})
endfunction()

# A fuzz target: libFuzzer's in the fuzz preset, elsewhere the same code behind a main that replays the corpus. Either
# way ctest runs it over tests/fuzz/corpus/NAME, or the folders named by CORPUS.
function(gct_fuzz_target name)
    gct_parse("" "SOURCES;LINKS;CORPUS")
    if(NOT arg_CORPUS)
        set(arg_CORPUS ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    endif()
    set(main ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
    set(arguments ${arg_CORPUS})
    if(GUICHET_FUZZ)
        set(main)
        set(arguments -runs=0 ${arg_CORPUS})
    endif()
    add_executable(fuzz_${name} ${arg_SOURCES} ${main})
    gct_c_target(fuzz_${name})
    set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    target_link_libraries(fuzz_${name} PRIVATE guichet_core_flags ${arg_LINKS})
    target_link_options(fuzz_${name} PRIVATE $<$<BOOL:${GUICHET_FUZZ}>:-fsanitize=fuzzer>)
    add_test(NAME fuzz/${name} COMMAND fuzz_${name} ${arguments})
    set_tests_properties(fuzz/${name} PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()

# ---- console ----------------------------------------------------------------------------------------------------------

# Target `console`: the web front end, ready to be served, in console/ of the build. Not part of `all`: it needs Node,
# which tests/run.sh and config/quickstart.sh put into PATH.
function(gct_console)
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS
        ${CMAKE_SOURCE_DIR}/core/console/src/* ${CMAKE_SOURCE_DIR}/core/console/tools/*)
    file(GLOB settings CONFIGURE_DEPENDS
        ${CMAKE_SOURCE_DIR}/core/console/*.json ${CMAKE_SOURCE_DIR}/core/console/*.ts
        ${CMAKE_SOURCE_DIR}/core/console/*.html)
    add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/console/index.html
        COMMAND ${GCT_CMAKE_DIR}/console.sh ${CMAKE_SOURCE_DIR}/core/console ${CMAKE_BINARY_DIR}/console
        DEPENDS ${sources} ${settings} ${GCT_CMAKE_DIR}/console.sh
        COMMENT "Building the console" USES_TERMINAL VERBATIM)
    add_custom_target(console DEPENDS ${CMAKE_BINARY_DIR}/console/index.html)
    install(DIRECTORY ${CMAKE_BINARY_DIR}/console/ DESTINATION ${GCT_CONSOLE_INSTALL_DIR} OPTIONAL)
endfunction()
