#!/usr/bin/env bash
# Runs `swift test` with the given arguments, and lists at the end once more what failed and why.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test "$@" 2>&1 | tee "$log"
status=${PIPESTATUS[0]}
if [ "$status" != 0 ]; then
  echo '== What failed'
  grep -A 4 -E 'recorded an issue|unexpected signal|: error: |^error: ' "$log" | grep -v -E '^(--|◇|✔)' | cut -c 1-300 | head -n 100
fi
exit "$status"
