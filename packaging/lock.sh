#!/bin/sh
# Write packaging/lock/*.txt anew from pyproject.toml: exact versions, a hash for every wheel, no address of any index.
#
#   make lock              keep what is pinned, add and drop what pyproject.toml asks for
#   make lock UPGRADE=1    take the newest versions that pyproject.toml allows
#
# Needs uv (on the PATH or in .venv/bin); nobody else does. dev.txt is runtime.txt and the tools on top of it.
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
[ -x .venv/bin/uv ] && uv=.venv/bin/uv
[ -n "$uv" ] || { echo "lock: uv is needed to write the lock files" >&2; exit 1; }

compile() {
    "$uv" pip compile pyproject.toml "$@" --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" ${UPGRADE:+--upgrade}
}

mkdir -p packaging/lock
compile --group dev --output-file packaging/lock/dev.txt
compile --constraint packaging/lock/dev.txt --output-file packaging/lock/runtime.txt
grep -c '^[a-z].*==' packaging/lock/runtime.txt packaging/lock/dev.txt
