#!/usr/bin/env bash
# Measures the CPU seconds of `cargo build`, including all dependencies, and the size of the program
# without symbols, for a program of one call: with the SDK, hand-written with reqwest, serde,
# hmac and sha2 and the same TLS, and with aws-sdk-ssm.
#
#   benches/compile/program.sh                     # by_sdk by_hand by_aws ecs_by_sdk ecs_by_hand
#   benches/compile/program.sh ecs_by_sdk ecs_by_hand
#   ROUNDS=5 benches/compile/program.sh            # minimum of 5 measurements each; default 2
#
# The first run downloads the dependencies, which is not measured. Needs GNU time.
set -euo pipefail
# The SDK is a path dependency here. Dependencies from a registry are never compiled incrementally.
export CARGO_INCREMENTAL=0
cd "$(dirname "$0")/../.."
root=$PWD
work=$root/target/program-bench

# Creates a program from its source and dependencies, with the versions of the SDK's lock file.
program() { # NAME DEPENDENCY...
    local name=$1
    shift
    mkdir -p "$work/$name/src"
    cp "benches/compile/program/$name.rs" "$work/$name/src/main.rs"
    cp benches/compile/program/sign.rs "$work/$name/src/"
    cp Cargo.lock "$work/$name/Cargo.lock"
    {
        printf '[workspace]\n[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n' "$name"
        printf 'tokio = { version = "1", features = ["macros", "rt"] }\n'
        printf '%s\n' "$@"
    } > "$work/$name/Cargo.toml"
    (cd "$work/$name" && cargo fetch --quiet)
}

# Prints the minimum CPU seconds of all rounds.
measure() { # NAME
    cd "$work/$1"
    export CARGO_TARGET_DIR=$work/$1/target
    for _ in $(seq "${ROUNDS:-2}"); do
        rm -rf target
        command time --output=time --format='%U %S' cargo build --quiet --offline
        cat time
    done | awk '{ cpu = $1 + $2; if (NR == 1 || cpu < minimum) minimum = cpu } END { print minimum }'
}

# Prints the megabytes of the executable without symbols.
size() { # NAME
    strip --output-file="$work/stripped" "$work/$1/target/debug/$1"
    stat --format=%s "$work/stripped" | awk '{ printf "%.1f", $1 / 1e6 }'
}

by_hand=(
    'hmac = "0.13"'
    'reqwest = { version = "0.13", default-features = false, features = ["json", "rustls-no-provider"] }'
    'rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }'
    'serde = { version = "1", features = ["derive"] }'
    'sha2 = "0.11"'
)
program by_sdk "alibabacloud-oos = { path = \"$root/crates/alibabacloud-oos\" }"
program by_hand "${by_hand[@]}"
program by_aws 'aws-sdk-ssm = "1"'
program ecs_by_sdk "alibabacloud-ecs = { path = \"$root/crates/alibabacloud-ecs\" }"
program ecs_by_hand "${by_hand[@]}"

[ $# -gt 0 ] || set -- by_sdk by_hand by_aws ecs_by_sdk ecs_by_hand
echo "| program | debug build, CPU s | MB without symbols |"
echo "|---|---|---|"
for name in "$@"; do
    echo "| $name | $(measure "$name") | $(size "$name") |"
done
