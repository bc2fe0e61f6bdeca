#!/bin/sh
# lint.sh FILE: the recommended rules of Redocly over an OpenAPI file, with no network.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
file=$(realpath "$1")
cd "$here"
REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1 \
    node_modules/.bin/redocly lint --config redocly.yaml --format stylish "$file"
