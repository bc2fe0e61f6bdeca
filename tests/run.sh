#!/usr/bin/env bash
# Builds Guichet and runs its tests: tests/run.sh [--all] [PART…]. See --help.
set -u -o pipefail

cd "$(dirname "$0")/.." || exit 1
root=$PWD
build=$(mkdir -p "${GUICHET_BUILD_ROOT:-build}" && cd "${GUICHET_BUILD_ROOT:-build}" && pwd) || exit 1
logs=$build/logs
state=$(mktemp -d) || exit 1
trap 'rm -rf "$state"' EXIT
. config/packages.sh

# name | needed file or folder (the part is left out where there is none) | what it does
parts="
build       | core            | build with gcc, warnings are errors
clang       | core            | build with clang, each file also through clang-tidy
release     | core            | build a hardened release and look at what came out
unit        | tests/unit      | unit tests
conformance | tests/plugins   | ABI and plugin vectors
platforms   | tests/platforms | the simulated platforms' own tests
integration | tests/integration | the daemon as a whole, on loopback
crash       | tests/crash     | kills and injected faults
console     | core/console    | console: build, types, format, unit tests
browser     | tests/console/browser | console in Chromium
asan        | tests/unit      | unit and integration tests under address, leak and undefined behaviour sanitizers
tsan        | tests/unit      | unit and integration tests under the thread sanitizer
memory      | tests/unit      | pure parts under the memory sanitizer; them and the fuzz corpora under valgrind
rules       | tests/rules     | house rules over the source, and the rules' own tests
static      | core            | clang-format, cppcheck, service unit
openapi     | tests/openapi   | lint of docs/openapi.yaml
fuzz        | tests/fuzz      | replay of the fuzz corpora, a second of libFuzzer each; coverage is counted
bench       | tests/bench/smoke.sh | short run of the benchmarks
"
# Only when named: slow, or not for every machine.
named_parts="
bare        | tests/bare      | both commands of the README in a minimal Debian, from nothing
"

list_parts() { awk -F ' *[|] *' 'NF == 3 { printf "  %-13s%s\n", $1, $3 }' <<<"$1"; }

usage() {
    echo "usage: tests/run.sh [--all] [PART…]"
    echo
    echo "Installs what is missing, builds, runs every test, or only the named parts:"
    list_parts "$parts"
    echo "and, only when named:"
    list_parts "$named_parts"
    echo
    echo "A part that passed in this build folder is run again when a source has changed since, when it is named, or with --all."
    echo "GUICHET_BUILD_ROOT names the folder for what is built (default: build)."
    echo "The last line is \`N passed, N failed\`; the exit status is 0 only if none failed."
}

field() { awk -F ' *[|] *' -v name="$1" -v n="$2" '$1 == name { print $n }' <<<"$parts$named_parts"; }

# ---- counting ---------------------------------------------------------------------------------------------------------

# count PASSED FAILED [SKIPPED], for the part that runs.
count() { echo "$1" "$2" "${3:-0}" >>"$state/$part.count"; }

# check SENTENCE COMMAND…: one test that passes when the command does. Its output is shown when it fails.
check() {
    local sentence=$1
    shift
    echo "# $sentence"
    if "$@" >"$state/out" 2>&1; then
        cat "$state/out"
        count 1 0
    else
        cat "$state/out"
        { echo "failed: $sentence"; grep -v __run_co_compile "$state/out" | tail -n 150; } >>"$state/$part.failures"
        count 0 1
        return 1
    fi
}

# run_ctest FOLDER ARGUMENTS…: the tests of a build, counted one by one.
run_ctest() {
    local folder=$1
    shift
    ${wrapper:-} ctest --test-dir "$folder" -j 2 -V --timeout 300 "$@" >"$state/ctest" 2>&1
    cat "$state/ctest"
    awk -v counts="$state/$part.count" -f tests/ctest_tally.awk "$state/ctest" >>"$state/$part.failures"
}

# run_node FILE…: test files for node:test, counted one by one. Nothing to run is a failure, and so is a test that does not
# end. One file after the other, or side_by_side of them.
run_node() {
    [ $# -gt 0 ] || { echo "no test files" | tee -a "$state/$part.failures"; count 0 1; return; }
    ${wrapper:-} node --test --test-timeout=600000 --test-concurrency="${side_by_side:-1}" --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=tap --test-reporter-destination="$state/tap" "$@" >"$state/out" 2>&1
    local status=$?
    cat "$state/out"
    sed -n '/failing tests:/,$p' "$state/out" >>"$state/$part.failures"
    count_tap "$state/tap" $status
}

# count_tap FILE STATUS: the summary lines of node's TAP. A runner that failed without a failed test is one failure.
count_tap() {
    awk -v status="$2" -v counts="$state/$part.count" '
        /^# (pass|fail|cancelled|skipped|todo) [0-9]+$/ { n[$2] = $3 }
        END {
            failed = n["fail"] + n["cancelled"]
            if (failed == 0 && (status != 0 || !("pass" in n))) failed = 1
            print n["pass"] + 0, failed, n["skipped"] + n["todo"] >> counts
        }' "$1"
}

# run_tap COMMAND…: a script of ours that prints one line of TAP a test, and comments after one that failed.
run_tap() {
    "$@" >"$state/out" 2>&1
    local status=$? failed
    cat "$state/out"
    awk '/^not ok/ { show = 1 } /^ok/ { show = 0 } show' "$state/out" >>"$state/$part.failures"
    failed=$(grep -c '^not ok ' "$state/out")
    [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
    count "$(grep -c '^ok ' "$state/out")" "$failed"
}

# test_files FOLDER…: the test files for node:test below them, one a line.
test_files() { find "$@" -name node_modules -prune -o -name '*.test.mjs' -print | sort; }

# ---- building ---------------------------------------------------------------------------------------------------------

# built NAME [CMAKE_ARGUMENT…]: configures (preset: the name up to the first -, or PRESET=) and builds, once a run.
built() {
    local name=$1 preset=${PRESET:-$1}
    shift
    if [ ! -f "$state/built.$name" ]; then
        if cmake -S . -B "$build/$name" --preset "$preset" "$@" && cmake --build "$build/$name" -- -k 0; then
            echo 0 >"$state/built.$name"
        else
            echo 1 >"$state/built.$name"
        fi
    fi
    return "$(cat "$state/built.$name")"
}

# The tests of a part that needs a build which failed are not run; that is a failure of the part.
need() { "$@" || { echo "not run: the build failed" >>"$state/$part.failures"; count 0 1; return 1; }; }

built_clang() { PRESET=dev built clang -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_CLANG_TIDY=clang-tidy\;--quiet; }
built_release() { built release -DGUICHET_TESTS=OFF; }
built_console() { built dev && cmake --build "$build/dev" --target console; }

part_build() { check "builds with gcc" built dev; }
part_clang() { check "builds with clang, clang-tidy has nothing to say" built_clang; }
part_release() {
    check "builds as a release" built_release || return
    check "programs and plugins are hardened" tests/hardened.sh "$build/release"
}

part_unit() {
    need built dev || return
    check "every unit test is built" no_test_forgotten
    run_ctest "$build/dev" -L '^unit$'
}
no_test_forgotten() {
    local files built
    files=$(find tests/unit -name '*_test.c' | wc -l)
    built=$(ctest --test-dir "$build/dev" -N -L '^unit$' | sed -n 's/^Total Tests: //p')
    [ "$files" = "$built" ] || { echo "tests/unit has $files test files, and $built of them are built"; return 1; }
}
part_conformance() {
    need built dev || return
    run_ctest "$build/dev" -LE '^(unit|fuzz)$'
    [ ! -d tests/plugins ] || [ -z "$(test_files tests/plugins)" ] || run_node $(test_files tests/plugins)
}
part_fuzz() {
    need built dev && run_ctest "$build/dev" -L '^fuzz$'
    check "each fuzz target is built for libFuzzer (preset fuzz)" built_fuzz &&
        check "a second of libFuzzer in each finds nothing" fuzz_a_second
    check "the preset coverage counts lines" covered
}

# ---- the daemon as a whole --------------------------------------------------------------------------------------------

# Tests of the whole daemon find it by GUICHET_BUILD: bin/, plugins/ and console/ are in there.
part_platforms() { run_node $(test_files tests/platforms); }
# Two at a time: they wait more than they work.
part_integration() { need built_console && GUICHET_BUILD=$build/dev side_by_side=2 run_node $(test_files tests/integration); }
part_crash() { need built_console && GUICHET_BUILD=$build/dev side_by_side=2 run_node $(test_files tests/crash); }

part_console() {
    check "console builds" built_console || return
    check "types, format and catalogues hold" npm --prefix core/console run --silent check
    run_vitest
}
run_vitest() {
    npm --prefix core/console run --silent test -- --reporter=default --reporter=json \
        --outputFile.json="$state/vitest.json" >"$state/out" 2>&1 || cat "$state/out" >>"$state/$part.failures"
    cat "$state/out"
    count $(node -p 'const t = JSON.parse(fs.readFileSync(process.argv[1]));
        [t.numPassedTests, Math.max(t.numFailedTests, t.numFailedTestSuites, Number(!t.success)), t.numPendingTests].join(" ")' \
        "$state/vitest.json" || echo 0 1)
}
# What is timed is alone.
part_browser() {
    need built_console || return
    GUICHET_BUILD=$build/dev run_node tests/console/browser/speed.test.mjs
    GUICHET_BUILD=$build/dev side_by_side=2 run_node $(test_files tests/console/browser | grep -v /speed.test.mjs)
}

# F58. sanitized NAME: the tests in the build NAME; a report of the sanitizer is a failure even if its process was not
# looked at. What is left out, and why: docs/CONTRIBUTING.md.
sanitized() {
    local reports=$build/$1/reports wrapper= files
    need built "$1" || return
    rm -rf "$reports" && mkdir -p "$reports"
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:log_path=$reports/asan
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1:log_path=$reports/ubsan
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:log_path=$reports/tsan
    # The thread sanitizer of gcc 12 does not know the memory layout that newer kernels choose at random.
    setarch -R true 2>/dev/null && wrapper="setarch -R"
    run_ctest "$build/$1" -LE '^bench$'
    files=$(test_files tests/integration 2>/dev/null | xargs -r grep -l '^// sanitizers: yes')
    [ -z "$files" ] || GUICHET_BUILD=$build/$1 side_by_side=2 run_node $files
    check "no report of a sanitizer" no_reports "$reports"
}
no_reports() { [ -z "$(ls "$1")" ] || { head -n 60 "$1"/*; return 1; }; }
part_asan() { sanitized asan; }
part_tsan() { sanitized tsan; }

# Tests of what calls no library but libc: others write memory where the sanitizer does not see it.
pure='^unit/(model/.*|base/(arena|buffer|check|clock|error|heap|json_scan|mailbox|network|slice|utf8))$'

built_pure() {
    cmake -S . -B "$build/msan" --preset msan &&
        cmake --build "$build/msan" --target $(ctest --test-dir "$build/msan" -N -R "$pure" | sed -n 's|.*: \(unit/\)|\1|p' | tr / _)
}
built_fuzz() {
    cmake -S . -B "$build/fuzz" --preset fuzz &&
        cmake --build "$build/fuzz" --target $(ctest --test-dir "$build/fuzz" -N -L '^fuzz$' | sed -n 's|.*: fuzz/|fuzz_|p')
}
# Each target for a second from its corpus, two at a time. What it grows is thrown away, what it finds is kept in found/.
fuzz_a_second() {
    mkdir -p "$build/fuzz/found"
    tests_of "$build/fuzz" '^fuzz/' | state=$state found=$build/fuzz/found xargs -P 2 -L 1 bash -c 'echo "$0"
        mkdir -p "$state/$0" && "$1" -max_total_time=1 -timeout=10 -verbosity=0 -artifact_prefix="$found/${1##*/}-" "$state/$0" "${@:3}"' 2>&1 |
        grep -v -e '^".*" # Uses: ' -e '^###### '
}
# One library and its test: that gcov finds lines of the library that ran.
covered() {
    local folder=$build/coverage
    cmake -S . -B "$folder" --preset coverage && cmake --build "$folder" --target unit_base_slice || return
    find "$folder" -name '*.gcda' -delete
    ctest --test-dir "$folder" -R '^unit/base/slice$' || return
    find "$folder" -name 'slice*.gcda' -exec gcov -n {} + | tee /dev/stderr | grep -A 1 "core/base/slice.c'" |
        grep -q '^Lines executed:[1-9]'
}
# tests_of FOLDER PATTERN: the tests of a build whose names match, one a line: the name, then its command.
tests_of() {
    ctest --test-dir "$1" --show-only=json-v1 -R "$2" |
        node -p 'JSON.parse(fs.readFileSync(0)).tests.map(({ name, command }) => [name, ...command].join(" ")).join("\n")'
}
memcheck() { valgrind -q --error-exitcode=1 --leak-check=full --errors-for-leak-kinds=definite,possible "$@" </dev/null; }

part_memory() {
    local name command
    need built_pure && run_ctest "$build/msan" -R "$pure"
    need built dev || return
    while read -r name command; do
        check "$name: valgrind has nothing to say" memcheck $command
    done < <(tests_of "$build/dev" '^(unit/(base|model)|fuzz)/')
}

# ---- the source -------------------------------------------------------------------------------------------------------

part_rules() {
    run_node $(test_files tests/rules)
    run_tap node tests/rules/rules.mjs
}

unformatted() {
    local files
    files=$(clang-format --dry-run --ferror-limit=1 "$@" 2>&1 | sed -n 's/^\([^:]*\):.*code should be clang-formatted.*/\1/p' | sort -u)
    [ -z "$files" ] || { echo "clang-format -i" $files; return 1; }
}
# sources PATTERN FOLDER…: our own files of that name, one a line.
sources() {
    local pattern=$1
    shift
    find "$@" -name node_modules -prune -o -type f -name "$pattern" -print | sort
}

part_static() {
    built dev >/dev/null 2>&1 # cppcheck asks how the files are compiled; whether they do is not its business
    check "clang-format has nothing to change" unformatted \
        $(sources '*.[ch]' core include plugins tests)
    mkdir -p "$build/cppcheck"
    check "cppcheck has nothing to say" cppcheck --project="$build/dev/compile_commands.json" --cppcheck-build-dir="$build/cppcheck" \
        --enable=warning,performance,portability --inline-suppr '-D_Noreturn=__attribute__((noreturn))' \
        --suppressions-list=tests/static/cppcheck.txt \
        --error-exitcode=1 --quiet -j 2
    [ ! -f config/systemd/guichetd.service ] ||
        check "the service is confined" systemd-analyze security --offline=true --threshold=15 config/systemd/guichetd.service
    for file in $(sources '*.sh' config core plugins tests) .ci/run; do check "$file parses" bash -n "$file"; done
}

part_openapi() {
    check "packages of tests/openapi" config/npm-install.sh tests/openapi || return
    check "docs/openapi.yaml holds the recommended rules (C-ST-9)" tests/openapi/lint.sh docs/openapi.yaml
}

part_bench() { check "benchmarks run" tests/bench/smoke.sh "$build"; }
part_bare() { run_tap tests/bare/run.sh "$build/bare"; }

# ---- running ----------------------------------------------------------------------------------------------------------

total() { cat "$state"/*.count 2>/dev/null | awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }'; }
part_total() { awk '{ p += $1; f += $2; s += $3 } END { print p + 0, f + 0, s + 0 }' "$state/$1.count"; }

# Parts that do not look at the console, and parts that read prose.
without_console=" build clang release unit conformance platforms asan tsan memory fuzz "
with_prose=" rules "

# sources_of PART: one word for the state of all that the part may depend on.
sources_of() {
    local skip=("! -name *.md" "! -path ./docs/images/*")
    [[ $with_prose != *" $1 "* ]] || skip=()
    [[ $without_console != *" $1 "* ]] || skip+=("! -path ./*/console/*")
    {
        set -f
        find . \( -name .git -o -name node_modules -o -name dist -o -path ./build -o -path "./${build#"$root"/}" \) -prune -o \
            -type f ${skip[*]} -print0 | sort -z | xargs -0 sha256sum
        gcc --version
        clang --version
        node --version
    } | sha256sum
}

# passed_before PART SOURCES: it did, with these; its count is that of then.
passed_before() {
    local stamp=$build/passed/$1
    [ "$all" -eq 0 ] && [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" = "$2" ] || return
    tail -n +2 "$stamp" >"$state/$1.count"
}

remember() {
    mkdir -p "$build/passed"
    { echo "$2"; cat "$state/$1.count"; } >"$build/passed/$1"
}

run_part() {
    part=$1
    local begin passed failed skipped sources
    begin=$(date +%s.%N)
    sources=$(sources_of "$part")
    echo "== $part: $(field "$part" 3)"
    if passed_before "$part" "$sources"; then
        read -r passed failed skipped < <(part_total "$part")
        echo "   $passed passed before, and nothing has changed since"
        return
    fi
    touch "$state/$part.count"
    (part_"$part") >"$logs/$part.log" 2>&1 </dev/null
    read -r passed failed skipped < <(part_total "$part")
    if [ $((passed + failed)) -eq 0 ]; then
        echo "nothing was tested" >>"$state/$part.failures"
        count 0 1
        failed=1
    fi
    if [ "$failed" -gt 0 ]; then
        head -n 400 "$state/$part.failures" 2>/dev/null
        echo "   all of it: $logs/$part.log"
    fi
    [ "$failed" -gt 0 ] || remember "$part" "$sources"
    echo "   $passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped") ($(seconds_since "$begin"))"
}

all=0
wanted=()
for argument in "$@"; do
    case $argument in
    -h | --help) usage && exit 0 ;;
    --all) all=1 && continue ;;
    esac
    [ -n "$(field "$argument" 2)" ] || { usage >&2 && exit 2; }
    wanted+=("$argument")
done
if [ ${#wanted[@]} -gt 0 ]; then
    all=1
else
    for name in $(awk -F ' *[|] *' 'NF == 3 { print $1 }' <<<"$parts"); do
        [ ! -e "$(field "$name" 2)" ] || wanted+=("$name")
    done
fi

mkdir -p "$logs"
begin=$(date +%s.%N)
echo "== packages: Debian packages and Node"
install_packages $packages_build $packages_test || refuse "packages could not be installed"
use_node "$build"
echo "   node $(node --version), $(gcc --version | head -n 1), $(clang --version | head -n 1) ($(seconds_since "$begin"))"

for name in "${wanted[@]}"; do run_part "$name"; done

read -r passed failed skipped < <(total)
echo "== in all: $(seconds_since "$begin")"
echo "$passed passed, $failed failed$([ "$skipped" -eq 0 ] || echo ", $skipped skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
