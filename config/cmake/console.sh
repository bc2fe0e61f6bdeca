#!/bin/sh
# console.sh SOURCE_DIR OUTPUT_DIR: builds the console and puts what is served into OUTPUT_DIR. Needs node and npm in PATH.
set -eu

source_dir=$1
output_dir=$2
"$(dirname "$0")"/../npm-install.sh "$source_dir"
cd "$source_dir"
npm run --silent build
rm -rf "$output_dir"
cp -R dist "$output_dir"
