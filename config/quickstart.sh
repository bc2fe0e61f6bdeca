#!/usr/bin/env bash
# Guichet from a fresh Debian 12 to a console in the browser: config/quickstart.sh. See --help.
set -e -u -o pipefail

usage() {
    cat <<'END'
usage: config/quickstart.sh [--no-demo]

Installs what is missing, builds a release and starts the gateway on 127.0.0.1 with SQLite and a simulated Messenger,
in which simulated customers write and answer. Prints the console's address and one login per role. Ctrl-C stops
everything. What the demonstration keeps is in build/demo; remove that folder to begin anew.

  --no-demo           starts without the simulator and its customers
  --help              says this

  GUICHET_PORT        port of the gateway (default 8080); the simulator takes the next one
  GUICHET_BUILD_ROOT  folder for what is built (default build)
END
}

demo=yes
for argument in "$@"; do
    case $argument in
    --no-demo) demo=no ;;
    -h | --help) usage && exit 0 ;;
    *) usage >&2 && exit 2 ;;
    esac
done

cd "$(dirname "$0")/.."
. config/packages.sh
build=$(mkdir -p "${GUICHET_BUILD_ROOT:-build}" && cd "${GUICHET_BUILD_ROOT:-build}" && pwd)
release=$build/release
home=$build/demo
port=${GUICHET_PORT:-8080}
[[ $port =~ ^[1-9][0-9]{0,4}$ ]] && [ "$port" -le 65534 ] ||
    refuse "GUICHET_PORT is $port, and must be a number from 1 to 65534"
gateway=http://127.0.0.1:$port
platform=http://127.0.0.1:$((port + 1))
children=()

# ---- steps ------------------------------------------------------------------------------------------------------------

# step SENTENCE COMMAND…: says what is done and how long it took; what the command says goes to a file, shown if it fails.
# The command is a condition here, so `set -e` does not hold inside it: a step chains its commands with &&.
step() {
    local begin log=$build/quickstart.log
    begin=$(date +%s.%N)
    printf '%s … ' "$1"
    shift
    if ! "$@" >"$log" 2>&1; then
        echo
        tail -n 60 "$log"
        refuse "this failed; all of it is in $log"
    fi
    seconds_since "$begin"
    echo
}

build_release() {
    cmake -S . -B "$release" --preset release -DGUICHET_TESTS=OFF &&
        cmake --build "$release" &&
        cmake --build "$release" --target console
}

# A random secret of the demonstration, made once: FILE.
secret() { [ -s "$1" ] || od -An -v -tx1 -N 16 /dev/urandom | tr -d ' \n' >"$1"; }

write_settings() {
    local name
    mkdir -p "$home/secrets" "$home/data" || return
    for name in app-secret verify-token maple-token erable-token; do secret "$home/secrets/$name" || return; done
    cat >"$home/guichet.conf" <<END
# Written by config/quickstart.sh for the demonstration. config/guichet.conf explains every option.
listen     = "127.0.0.1:$port"
public_url = "$gateway"
data_dir   = "$home/data"
store      = "sqlite:guichet.db"
plugin_dir = "$release/plugins"

channel "maple-messenger" {
    plugin       = "messenger"
    app_secret   = "file:$home/secrets/app-secret"
    verify_token = "file:$home/secrets/verify-token"
    api_base     = "$platform"

    account "104857600000123" {
        name  = "Maple Outdoors"
        token = "file:$home/secrets/maple-token"
    }
    account "104857600000456" {
        name  = "Plein air Érable"
        token = "file:$home/secrets/erable-token"
    }
}
END
}

# start LOG COMMAND…: a child of ours that is stopped in the end. Both have a session of their own (setsid), so that Ctrl-C
# comes to us alone and the order of stopping is ours.
start() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null &
    children+=($!)
}

# answers URL: waits until it answers 200, at most 15 s, and not longer than the child that was started last lives.
answers() {
    node -e '
        const [url, pid] = process.argv.slice(1);
        const end = Date.now() + 15000;
        for (;;) {
            try { if ((await fetch(url)).ok) process.exit(0); } catch {}
            try { process.kill(Number(pid), 0); } catch { process.exit(1); }
            if (Date.now() > end) process.exit(1);
            await new Promise((go) => setTimeout(go, 50));
        }' --input-type=module "$1" "${children[-1]}"
}

start_gateway() {
    start "$home/guichetd.log" setsid "$release/bin/guichetd" --config "$home/guichet.conf"
    answers "$gateway/readyz" || { tail -n 20 "$home/guichetd.log"; return 1; }
}

# The simulator takes its secrets from the environment: an argument could be read by every user of the machine.
simulator() {
    export MESSENGER_APP_SECRET MESSENGER_VERIFY_TOKEN MAPLE_PAGE_TOKEN ERABLE_PAGE_TOKEN
    MESSENGER_APP_SECRET=$(<"$home/secrets/app-secret")
    MESSENGER_VERIFY_TOKEN=$(<"$home/secrets/verify-token")
    MAPLE_PAGE_TOKEN=$(<"$home/secrets/maple-token")
    ERABLE_PAGE_TOKEN=$(<"$home/secrets/erable-token")
    exec setsid node tests/platforms/messenger/main.mjs --port $((port + 1)) --gateway "$gateway" --channel maple-messenger \
        --stories --world "$home/world.json"
}

start_simulator() {
    start "$home/simulator.log" simulator
    answers "$platform/phone" || { tail -n 20 "$home/simulator.log"; return 1; }
}

# make_login LOGIN ROLE NAME: with a random password, remembered in a file that only we can read.
make_login() {
    [ ! -s "$home/secrets/login-$1" ] || return 0
    secret "$home/secrets/new" &&
        "$release/bin/guichetctl" --config "$home/guichet.conf" user add "$1" --role "$2" --name "$3" --password-stdin \
            <"$home/secrets/new" &&
        mv "$home/secrets/new" "$home/secrets/login-$1"
}

make_logins() {
    make_login agent agent "Camille Roy" &&
        make_login admin admin "Dominique Lavoie" &&
        make_login analyst analyst "Noa Tremblay"
}

# stop PID: asks, and after ten seconds does not ask any more.
stop() {
    kill "$1" 2>/dev/null || return 0
    for _ in $(seq 100); do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}

stop_all() {
    trap - EXIT INT TERM HUP
    local i
    for ((i = ${#children[@]} - 1; i >= 0; i--)); do stop "${children[i]}"; done
}

# ---- the way through --------------------------------------------------------------------------------------------------

# taken PORT: something listens there already.
taken() { (exec 4<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

umask 077
! taken "$port" || refuse "port $port is in use; GUICHET_PORT chooses another"
[ "$demo" = no ] || ! taken $((port + 1)) || refuse "port $((port + 1)) is in use; GUICHET_PORT chooses another pair"
trap stop_all EXIT
trap 'echo; echo "stopping"; exit 0' INT TERM HUP

step "Debian packages" install_packages $packages_build
step "Node" use_node "$build"
step "gateway and console" build_release
step "demonstration settings in $home" write_settings
step "gateway on $gateway" start_gateway
step "logins" make_logins
[ "$demo" = no ] || step "simulated Messenger on $platform" start_simulator

echo
echo "  console   $gateway/"
[ "$demo" = no ] || echo "  customer  $platform/phone  (a phone: write as a customer, and see the ticket)"
for login in agent admin analyst; do
    printf '  %-9s password %s\n' "$login" "$(cat "$home/secrets/login-$login")"
done
echo
echo "Ctrl-C stops everything. Logs: $home/*.log"

# One of ours that ends by itself ends the rest.
wait -n "${children[@]}" || true
refuse "one of the programs has ended; see $home/*.log"
