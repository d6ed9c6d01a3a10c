#!/bin/sh
# Measures CPU time per call of the SDK and of a hand-written program, with the server on one
# processor and the client on the other:
#   benches/call/run.sh [ROUNDS]
set -eu
cd "$(dirname "$0")"
cargo build --release --quiet
program=${CARGO_TARGET_DIR:-target}/release/call-bench
addresses=$(mktemp)
taskset -c 1 "$program" serve > "$addresses" &
server=$!
trap 'kill $server; rm -f "$addresses"' EXIT
while [ ! -s "$addresses" ]; do sleep 0.1; done
taskset -c 0 "$program" compare "$(cat "$addresses")" "${1:-15}"
