#!/bin/sh
# npm-install.sh FOLDER: the packages of FOLDER's lock file, exactly. Does nothing when they are there already.
set -eu

cd "$1"
if ! cmp -s package-lock.json node_modules/.installed-lock.json; then
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/.installed-lock.json
fi
