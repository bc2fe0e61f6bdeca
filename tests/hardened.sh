#!/bin/sh
# hardened.sh BUILD: every program in bin/ and plugin in plugins/ of a release build has full RELRO, no executable stack,
# is position independent, calls the checked functions of the C library and guards its stack. Plugins
# export one symbol. One line a fault; exit status 1 if there is one.
set -eu

build=$1
faults=0

fault() {
    echo "$1: $2"
    faults=$((faults + 1))
}

# has FILE READELF_OPTIONS PATTERN SENTENCE
has() { readelf -W $2 "$1" 2>/dev/null | grep -Eq "$3" || fault "$1" "$4"; }

seen=0
for file in "$build"/bin/* "$build"/plugins/*.so; do
    [ -f "$file" ] || continue
    seen=$((seen + 1))
    has "$file" -h 'Type: +DYN' "is not position independent"
    has "$file" -l 'GNU_RELRO' "has no RELRO segment"
    has "$file" -d 'BIND_NOW|FLAGS.* NOW' "binds lazily, so RELRO is partial"
    has "$file" -l 'GNU_STACK .* RW +' "has an executable stack"
done
for file in "$build"/bin/*; do
    [ -f "$file" ] || continue
    has "$file" '--dyn-syms' '__stack_chk_fail' "has no stack guard"
    has "$file" '--dyn-syms' '_chk@' "calls no checked function of the C library"
done
for file in "$build"/plugins/*.so; do
    [ -f "$file" ] || continue
    exports=$(nm -D --defined-only "$file" | awk '{ print $3 }' | tr '\n' ' ')
    [ "$exports" = "gct_plugin_entry " ] || fault "$file" "exports \"$exports\" where gct_plugin_entry alone is allowed"
done
echo "$seen files looked at, $faults faults"
[ "$faults" -eq 0 ] && [ "$seen" -gt 0 ]
