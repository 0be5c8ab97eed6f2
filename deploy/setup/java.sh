#!/usr/bin/env bash
# Says what to install where Kafka cannot be fetched or run; silent where it can.
set -u
missing=0

java=java
[ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
if ! said=$("$java" -version 2>&1); then
  echo "No Java. Install a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk-headless) or set JAVA_HOME." >&2
  missing=1
else
  release=$(sed -nE '1s/.*version "(1\.)?([0-9]+).*/\2/p' <<<"$said")
  if [ "${release:-0}" -lt 17 ]; then
    echo "$java is Java ${release:-?}; Kafka needs 17 or newer (Debian: apt-get install openjdk-17-jdk-headless)." >&2
    missing=1
  fi
fi

if ! command -v mvn >/dev/null 2>&1; then
  echo "No mvn. Install Apache Maven (Debian: apt-get install maven)." >&2
  missing=1
fi
exit "$missing"
