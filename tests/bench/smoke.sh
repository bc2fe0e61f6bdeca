#!/usr/bin/env bash
# A short run of the benches, to see that they run: tests/bench/smoke.sh BUILD_ROOT. What it measures means nothing.
set -eu -o pipefail

GUICHET_BUILD_ROOT=$1 "$(dirname "$0")/run.sh" --seconds 1 --rounds 1 --sizes 2000,4000 --consoles 50,100
