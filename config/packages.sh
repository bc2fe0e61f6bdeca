# What Guichet needs from Debian 12, and how to get it. Read by config/quickstart.sh and tests/run.sh (`.`), never run by
# itself. bash. Everything that is installed by name stands here and in the lock files for npm.

packages_build="gcc libc6-dev cmake ninja-build pkgconf ca-certificates
    libjansson-dev libsqlite3-dev libsodium-dev libcurl4-openssl-dev libssl-dev libconfuse-dev uthash-dev
    libwebsockets-dev libwebsockets-evlib-ev libev-dev"

packages_test="libcmocka-dev g++ clang libclang-rt-14-dev llvm clang-tidy clang-format cppcheck
    chromium fonts-dejavu-core strace valgrind sqlite3 openssl procps systemd wrk"

# The console and the tests need at least this Node; Debian 12 has 18.
node_least="20.19"
node_private="22"

# Prints a sentence for a person on stderr and ends the script.
refuse() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# as_root COMMAND…: the command as root, by sudo where we are not.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        refuse "needs to be root to run: $* (there is no sudo)"
    fi
}

# install_packages NAME…: those of the Debian packages that are missing. Asks nothing when none is.
install_packages() {
    local missing
    missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) \
        <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u))
    [ -n "$missing" ] || return 0
    echo "installing" $missing
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y update &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends $missing
}

# True when the node in PATH is new enough and npm is there.
node_suffices() {
    command -v npm >/dev/null || return 1
    local version
    version=$(node --version 2>/dev/null) || return 1
    [ "$(printf '%s\n' "$node_least" "${version#v}" | sort -V | head -n 1)" = "$node_least" ]
}

# use_node FOLDER: puts a Node that is new enough into PATH. Where the machine has none, npm fetches a private one into
# FOLDER.
use_node() {
    local folder=$1/node
    export npm_config_update_notifier=false npm_config_audit=false npm_config_fund=false
    [ -x "$folder/node_modules/node/bin/node" ] && PATH=$folder/node_modules/node/bin:$PATH
    node_suffices && return 0
    command -v npm >/dev/null || install_packages nodejs npm || return
    node_suffices && return 0
    echo "fetching Node $node_private into $folder"
    mkdir -p "$folder" && npm install --no-save --prefix "$folder" "node@$node_private" || return
    PATH=$folder/node_modules/node/bin:$PATH
    hash -r
    node_suffices || refuse "Node $node_private was fetched into $folder, but $(command -v node) says $(node --version)"
}

# seconds_since MOMENT, with MOMENT from $(date +%s.%N): with one decimal.
seconds_since() {
    awk -v a="$1" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f s", b - a }'
}
