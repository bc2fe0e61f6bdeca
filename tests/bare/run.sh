#!/usr/bin/env bash
# bare/run.sh FOLDER: both commands of the README in a minimal Debian 12 without compiler, Node or any -dev package, from
# a fresh copy of the tree. One line of TAP a step. Needs root, debootstrap, the network and about 6 GB in FOLDER.
# What ran and what it said stays in FOLDER; the minimal system itself is kept for the next time.
set -u -o pipefail

mkdir -p "$1" || exit 1
folder=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.." || exit 1
. config/packages.sh

base=$folder/base # as debootstrap left it
root=$folder/root # where the commands run
tree=/usr/src/guichet
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')

[ "$(id -u)" -eq 0 ] || refuse "needs root: it makes a root file system of its own"
install_packages debootstrap bsdutils util-linux || refuse "debootstrap could not be installed"

# ---- the minimal system -----------------------------------------------------------------------------------------------

make_base() {
    [ -e "$base/.complete" ] && return 0
    rm -rf "$base"
    debootstrap --variant=minbase bookworm "$base" && touch "$base/.complete"
}

# A root without history, in which the network works as it does outside: names, proxies, authorities, npm's registry.
make_root() {
    rm -rf "$root" && cp -a "$base" "$root" || return
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/" || return
    grep -ls '^ *Acquire::.*Proxy' /etc/apt/apt.conf.d/* | xargs -r cp -t "$root/etc/apt/apt.conf.d"
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/outside.crt" || return
    npm config get registry | sed 's/^/registry=/' >"$root/root/.npmrc"
    mkdir -p "$root$tree" && tar -c --exclude=./build --exclude=./.git --exclude=node_modules --exclude=./core/console/dist . |
        tar -x -C "$root$tree"
}

# inside COMMAND…: in the minimal system, with processes and mounts of its own that end with the command.
inside() {
    unshare --mount --pid --fork --kill-child bash -c '
        root=$1 tree=$2
        shift 2
        mount --rbind /dev "$root/dev" && mount --make-rslave "$root/dev" && mount -t proc proc "$root/proc" &&
            mount -t sysfs -o ro sysfs "$root/sys" && mount -t tmpfs tmpfs "$root/run" || exit 1
        exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 \
            NODE_EXTRA_CA_CERTS=/etc/outside.crt \
            chroot "$root" sh -c "cd \"\$0\" && exec \"\$@\"" "$tree" "$@"' \
        bash "$root" "$tree" "$@"
}

is_bare() { inside sh -c '! command -v node && ! command -v gcc && ! command -v cmake && ! ls /usr/include/jansson.h 2>/dev/null'; }

# ---- quickstart.sh ----------------------------------------------------------------------------------------------------

# start_quickstart LOG SECONDS [OPTION]: on a terminal, until it says that all is up.
start_quickstart() {
    local log=$1 left=$2 option=${3:-}
    rm -f "$folder/keys" && mkfifo "$folder/keys" || return
    export -f inside
    export root tree
    # A shell script cannot trap an interrupt that was ignored when it began, and a background command ignores it.
    env --default-signal=INT script -qefc "bash -c 'inside env GUICHET_PORT=$port config/quickstart.sh $option'" "$log" <"$folder/keys" >/dev/null 2>&1 &
    quickstart=$!
    exec 3>"$folder/keys"
    until grep -q 'Ctrl-C stops everything' "$log" 2>/dev/null; do
        sleep 1
        left=$((left - 1))
        [ "$left" -gt 0 ] && kill -0 "$quickstart" 2>/dev/null || { tail -n 40 "$log"; return 1; }
    done
}

# Presses Ctrl-C; everything must be gone within ten seconds, the ports too.
press_ctrl_c() {
    printf '\003' >&3
    exec 3>&-
    for _ in $(seq 100); do
        kill -0 "$quickstart" 2>/dev/null || break
        sleep 0.1
    done
    if kill -0 "$quickstart" 2>/dev/null; then
        kill "$quickstart"
        echo "quickstart.sh is still there ten seconds after Ctrl-C"
        return 1
    fi
    ! (exec 4<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# ---- steps ------------------------------------------------------------------------------------------------------------

steps=0
failures=0

# step SENTENCE COMMAND…
step() {
    local begin sentence=$1 verdict=ok
    shift
    steps=$((steps + 1))
    begin=$(date +%s.%N)
    "$@" >"$folder/step.log" 2>&1 || verdict="not ok"
    [ "$verdict" = ok ] || failures=$((failures + 1))
    echo "$verdict $steps - $sentence ($(seconds_since "$begin"))"
    if [ "$verdict" != ok ]; then
        tail -n 60 "$folder/step.log" | sed 's/^/  # /'
        return 1
    fi
}

# run_tests LOG: all tests pass, and it says so in its last line.
run_tests() {
    inside ./tests/run.sh >"$1" 2>&1
    local status=$?
    tail -n 200 "$1"
    [ "$status" -eq 0 ] && tail -n 1 "$1" | grep -Eq '^[1-9][0-9]* passed, 0 failed(, [0-9]+ skipped)?$'
}

bare() {
    step "a minimal Debian 12" make_base || return
    step "a root with nothing but the tree" make_root || return
    step "no compiler, no Node, no headers" is_bare || return
    step "quickstart.sh brings everything up" start_quickstart "$folder/quickstart-1.log" 1800 || return
    step "console, simulator and the three logins answer" node tests/bare/probe.mjs "$folder/quickstart-1.log"
    step "Ctrl-C stops everything" press_ctrl_c
    step "a second quickstart.sh is up within a minute" start_quickstart "$folder/quickstart-2.log" 60 || return
    step "the same logins still answer" node tests/bare/probe.mjs "$folder/quickstart-2.log"
    step "Ctrl-C stops everything again" press_ctrl_c
    step "quickstart.sh --no-demo is up within a minute" start_quickstart "$folder/quickstart-3.log" 60 --no-demo || return
    step "the console answers without a simulator" node tests/bare/probe.mjs "$folder/quickstart-3.log"
    step "Ctrl-C stops that too" press_ctrl_c
    step "tests/run.sh passes from nothing" run_tests "$folder/tests-1.log"
    step "tests/run.sh passes a second time" run_tests "$folder/tests-2.log"
}

bare
echo "1..$steps"
[ "$failures" -eq 0 ]
