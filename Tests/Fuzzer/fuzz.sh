#!/usr/bin/env bash
# Fuzzes all parsers or the named ones: `fuzz.sh SECONDS [TARGET …]`. The fuzzer starts with the
# corpus that the tests replay, and keeps its inputs in `.fuzz/`. With SECONDS 0 it only adds those
# to the corpus, reduced to the fewest inputs with the same coverage.
set -euo pipefail
seconds=$1
shift
cd "$(dirname "$0")/../.."
fuzzer=.build-fuzz/release/fuzzer
corpus=Tests/Fixtures/corpus
[ $# -gt 0 ] || set -- profile list setting spec csv run query sql safetensors npy npz shards adapter pattern
# The fuzzer reports its findings; leaks are for `make sanitize`, where a program runs to its end.
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=4 SWIFT_BACKTRACE=enable=no

unpack() {
  local number=0
  mkdir -p ".fuzz/$1"
  while read -r line; do
    number=$((number + 1))
    base64 -d <<< "$line" > ".fuzz/$1/kept-$number"
  done < "$corpus/$1.base64"
}

fuzz() {
  unpack "$1"
  mkdir -p .fuzz/found
  echo "== $1"
  if ! LORABOOK_FUZZ=$1 "$fuzzer" ".fuzz/$1" -dict="Tests/Fuzzer/dictionaries/$1.dict" -max_total_time="$seconds" -max_len=400 \
    -timeout=30 -rss_limit_mb=2048 -artifact_prefix=".fuzz/found/$1-" > ".fuzz/$1.log" 2>&1; then
    tail -n 40 ".fuzz/$1.log" >&2
    echo "The input is in .fuzz/found; mend the parser and add the input, in base64, to $corpus/$1.base64." >&2
    return 1
  fi
  grep -E 'DONE' ".fuzz/$1.log"
}

keep() {
  rm -rf ".fuzz/least/$1"
  mkdir -p ".fuzz/least/$1"
  LORABOOK_FUZZ=$1 "$fuzzer" -set_cover_merge=1 -use_counters=0 -max_len=400 -rss_limit_mb=2048 ".fuzz/least/$1" ".fuzz/$1" > ".fuzz/$1.log" 2>&1
  for input in ".fuzz/least/$1"/*; do
    base64 -w 0 "$input"
    echo
  done | LC_ALL=C sort -u | sed '/^$/d' > "$corpus/$1.base64"
  echo "$1: $(wc -l < "$corpus/$1.base64") inputs"
}

mkdir -p "$corpus"
if [ "$seconds" = 0 ]; then
  for target in "$@"; do keep "$target"; done
  exit
fi
export -f fuzz unpack
export seconds fuzzer corpus
printf '%s\n' "$@" | xargs -P "$(nproc)" -I '{}' bash -c 'set -euo pipefail; fuzz {}'
