#!/usr/bin/env bash
# Builds a release and measures it: tests/bench/run.sh [options of bench.mjs]. One table of ratios on standard output.
# GUICHET_BUILD_ROOT names the folder for what is built and measured on (default: build).
set -eu -o pipefail

cd "$(dirname "$0")/../.."
build=$(mkdir -p "${GUICHET_BUILD_ROOT:-build}" && cd "${GUICHET_BUILD_ROOT:-build}" && pwd)
. config/packages.sh
install_packages $packages_build $packages_test >&2
use_node "$build" >&2

cmake -S . -B "$build/bench" --preset release >&2
cmake --build "$build/bench" --target guichetd guichetctl module_messenger door_server seed store_ceiling disk >&2
data=$build/bench/data
rm -rf "$data" && mkdir -p "$data"
trap 'rm -rf "$data"' EXIT
TMPDIR=$data GUICHET_BUILD=$build/bench node tests/bench/bench.mjs "$@"
