#!/bin/sh
# Counts instructions per signature of each implementation with callgrind: the difference of two
# runs, which excludes start-up.
set -eu
cd "$(dirname "$0")"
cargo build --release --quiet
program=${CARGO_TARGET_DIR:-target}/release/signing-bench
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" 2>&1 | sed -n 's/.*Collected : //p'
}
for way in v1-bare v1-bare-keyed v1-ours v3-bare v3-ours aws-sigv4; do
    few=$(count "$way" 100)
    many=$(count "$way" 1100)
    printf '%-14s %7d instructions\n' "$way" $(((many - few) / 1000))
done
