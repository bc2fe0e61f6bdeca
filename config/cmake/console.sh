#!/bin/sh
# Builds the console: console.sh SOURCE_DIR OUTPUT_DIR. Needs node and npm in PATH.
# Packages are fetched only when the lock file differs from the one that was installed last.
set -eu

source_dir=$1
output_dir=$2
cd "$source_dir"
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/.installed-lock.json
fi
npm run --silent build
rm -rf "$output_dir"
cp -R dist "$output_dir"
