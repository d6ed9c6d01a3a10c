#!/bin/sh
# Counts instructions per call in the client with callgrind: the difference of two runs, which
# excludes start-up.
set -eu
cd "$(dirname "$0")"
cargo build --release --quiet
program=${CARGO_TARGET_DIR:-target}/release/call-bench
addresses=$(mktemp)
"$program" serve > "$addresses" &
server=$!
trap 'kill $server; rm -f "$addresses"' EXIT
while [ ! -s "$addresses" ]; do sleep 0.1; done
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$(cat "$addresses")" "$2" 1 "$3" 2>&1 | sed -n 's/.*Collected : //p'
}
for page in empty fifty; do
    for way in sdk hand; do
        few=$(count "$way" "$page" 80)
        many=$(count "$way" "$page" 880)
        printf '%-6s %-5s %9d instructions\n' "$page" "$way" $(((many - few) / 900))
    done
done
