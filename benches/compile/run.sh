#!/usr/bin/env bash
# Measures CPU seconds and memory of rustc for generated crates, and for aws-sdk-ssm in the same
# run.
#
#   benches/compile/run.sh [METADATA]
#   ROUNDS=5 benches/compile/run.sh [METADATA]     # minimum of 5 measurements each; default 3
#
# METADATA is an api-docs.json as published by Alibaba Cloud, for instance that of ECS; its crates
# are generated and measured in addition to those of OOS. The first run downloads and compiles the
# dependencies, which is not measured. Needs GNU time.
set -euo pipefail
# As in program.sh: dependencies from a registry are never compiled incrementally.
export CARGO_INCREMENTAL=0
cd "$(dirname "$0")/../.."
root=$PWD
work=$root/target/compile-bench
mkdir -p "$work/aws/src" "$work/sdk"

# One workspace for the SDK and one for aws-sdk-ssm, with the same profile.
profile='[profile.dev]
debug = "line-tables-only"'
cat > "$work/aws/Cargo.toml" <<TOML
[workspace]
[package]
name = "bench-aws"
version = "0.0.0"
edition = "2024"
[dependencies]
aws-sdk-ssm = { version = "1", default-features = false }
$profile
TOML
: > "$work/aws/src/lib.rs"
cat > "$work/sdk/Cargo.toml" <<TOML
[workspace]
resolver = "3"
members = ["crates/*"]
$profile
TOML
cp Cargo.lock "$work/sdk/Cargo.lock"

xtask() { cargo run --quiet --release --package xtask -- "$@"; }
rm -rf "$work/sdk/crates" "$work/specs"
mkdir -p "$work/specs"
cp -r api-specs/oos "$work/specs/"
if [ $# -gt 0 ]; then
    xtask import "$1" --specs "$work/specs" --skip-refused > /dev/null
fi
xtask codegen --specs "$work/specs" --out "$work/sdk/crates" --core-path crates > /dev/null

# Prints CPU seconds and peak kilobytes of a cargo command that compiles its packages: the minimum
# of all rounds.
measure() { # DIR COMMAND PACKAGE...
    local dir=$1 command=$2
    shift 2
    local packages=()
    for package in "$@"; do packages+=(-p "$package"); done
    export CARGO_TARGET_DIR=$dir/target
    cd "$dir"
    cargo "$command" --quiet "${packages[@]}"
    for _ in $(seq "${ROUNDS:-3}"); do
        cargo clean --quiet "${packages[@]}"
        command time --format '%U %S %M' cargo "$command" --quiet --offline "${packages[@]}" 2>&1 | tail -1
    done | awk '{ cpu = $1 + $2; if (NR == 1 || cpu < minimum) { minimum = cpu; peak = $3 } } END { print minimum, peak }'
}

row() { # NAME OPERATIONS DIR PACKAGE...
    local name=$1 operations=$2 dir=$3
    shift 3
    local check build
    check=$(measure "$dir" check "$@")
    build=$(measure "$dir" build "$@")
    echo "$name $operations $check $build" | awk '{
        printf "| %s | %d | %.1f | %.1f | %.0f | %.0f |\n", $1, $2, $3, $5, $6 / 1024, 1000 * $5 / $2
    }'
}

count() { find "$1" -maxdepth 1 -name '*.rs' ! -name mod.rs | wc -l; }

echo "| crates | operations | check, CPU s | debug build, CPU s | peak, MB | build, CPU ms per operation |"
echo "|---|---|---|---|---|---|"
for manifest in "$work"/sdk/crates/*-model/Cargo.toml; do
    model=$(basename "$(dirname "$manifest")")
    name=${model%-model}
    row "$name" "$(count "$work/sdk/crates/$name/src/operation")" "$work/sdk" "$name" "$model"
done
(cd "$work/aws" && cargo fetch --quiet)
ssm=$(cd "$work/aws" && cargo metadata --format-version 1 --offline | tr ',' '\n' \
    | sed -n 's/.*"manifest_path":"\(.*aws-sdk-ssm-[0-9.]*\)\/Cargo.toml".*/\1/p' | head -1)
row aws-sdk-ssm "$(count "$ssm/src/operation")" "$work/aws" aws-sdk-ssm
