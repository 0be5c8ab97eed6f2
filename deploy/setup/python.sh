#!/usr/bin/env bash
# Prints the path of a Python that can make the virtual environment, or says what to install.
set -u

usable() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1
}

has_venv() {
  "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
  usable "$name" || continue
  if has_venv "$name"; then
    command -v "$name"
    exit 0
  fi
  without_venv=$name
done

if [ -n "${without_venv:-}" ]; then
  echo "$without_venv has no venv module. Install it (Debian: apt-get install python3-venv)." >&2
else
  echo "No Python 3.11 or newer. Install one (Debian: apt-get install python3 python3-venv), or name it: make PYTHON=..." >&2
fi
exit 1
