#!/usr/bin/env bash
# Writes the lock files: every version and hash for Python 3.11 and newer, no address of any index.
set -euo pipefail
uv=$1

lock() {
  "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-emit-find-links --no-header --no-annotate --upgrade "$@"
}

lock --extra dev --output-file requirements.lock pyproject.toml
# Without this the locks would pull in what nobody imports: see the file.
data_only=$(mktemp)
lock --no-deps --output-file "$data_only" deploy/setup/data-only.in
# The container's: what runs, in the very versions of the tests.
lock --constraints requirements.lock --output-file deploy/requirements.lock pyproject.toml
for file in requirements.lock deploy/requirements.lock; do cat "$data_only" >> "$file"; done
rm "$data_only"
# The peers of the benchmarks, in an environment of their own: they pin other versions of the same libraries.
lock --output-file bench/requirements.lock bench/requirements.in
