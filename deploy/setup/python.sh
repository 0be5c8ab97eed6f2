#!/usr/bin/env bash
# Prints the path of a Python that can make the virtual environment, or says what to install. The distribution's
# own comes first: it was built with profiles, a coder on it is a tenth faster than on one built by hand
# (docs/decisions/0022). Headers matter more: without them the coder is not compiled. PYTHON names another.
set -u

usable() {
  "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1
}

has_venv() {
  "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

has_headers() {
  "$1" -c 'import os, sys, sysconfig; sys.exit(not os.path.isfile(sysconfig.get_paths()["include"] + "/Python.h"))' \
    >/dev/null 2>&1
}

names=("${DISTRIBUTION:-/usr/bin}/python3" python3 python3.13 python3.12 python3.11)
[ -n "${PYTHON:-}" ] && names=("$PYTHON")

for name in "${names[@]}"; do
  usable "$name" || continue
  if ! has_venv "$name"; then
    without_venv=$name
  elif has_headers "$name"; then
    command -v "$name"
    exit 0
  else
    without_headers=${without_headers:-$name}
  fi
done

if [ -n "${without_headers:-}" ]; then
  command -v "$without_headers"
  exit 0
elif [ -n "${without_venv:-}" ]; then
  echo "$without_venv has no venv module. Install it (Debian: apt-get install python3-venv)." >&2
else
  echo "No Python 3.11 or newer. Install one (Debian: apt-get install python3 python3-venv), or name it: make PYTHON=..." >&2
fi
exit 1
