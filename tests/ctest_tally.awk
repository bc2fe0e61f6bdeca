# The output of `ctest -V` to three numbers in the file -v counts=FILE (passed, failed, skipped) and, on stdout, whatever
# a failing test said. A program that speaks cmocka or TAP counts with each of its tests, any other as one test.

match($0, /^ *[0-9]+: /) {
    id = substr($0, 1, RLENGTH) + 0
    line = substr($0, RLENGTH + 1)
    said[id] = said[id] line "\n"
    if (match(line, /^\[  PASSED  \] [0-9]+/)) passed[id] += substr(line, 14) + 0
    if (match(line, /^\[  FAILED  \] [0-9]+/)) failed[id] += substr(line, 14) + 0
    if (match(line, /^\[  SKIPPED \] [0-9]+/)) skipped[id] += substr(line, 14) + 0
    if (line ~ /^ok [0-9]+/) line ~ /# SKIP/ ? skipped[id]++ : passed[id]++
    if (line ~ /^not ok [0-9]+/) failed[id]++
    next
}

/^ *[0-9]+\/[0-9]+ Test +#[0-9]+:/ {
    id = $0
    sub(/^[^#]*#/, "", id)
    id += 0
    if ($0 ~ /\*\*\*Skipped/) {
        total_skipped++
    } else if ($0 ~ / Passed +[0-9.]+ sec/) {
        total_passed += id in passed ? passed[id] : 1
        total_skipped += skipped[id]
    } else {
        # A test program that died took the tests after that with it: count at least one failure.
        total_passed += passed[id]
        total_skipped += skipped[id]
        total_failed += failed[id] > 0 ? failed[id] : 1
        print $0
        print said[id]
    }
}

END { print total_passed + 0, total_failed + 0, total_skipped + 0 >> counts }
