#!/usr/bin/env bash
# Measures CPU seconds and memory of rustc for the two crates of each service, and for aws-sdk-ssm
# in the same run.
#
#   benches/compile/run.sh
#   ROUNDS=5 benches/compile/run.sh            # minimum of 5 measurements each; default 3
#   benches/compile/run.sh oos ecs             # only these services, and not aws-sdk-ssm
#
# The first run downloads and compiles the dependencies, which is not measured. Needs GNU time.
set -euo pipefail
# As in program.sh: dependencies from a registry are never compiled incrementally.
export CARGO_INCREMENTAL=0
cd "$(dirname "$0")/../.."
root=$PWD
work=$root/target/compile-bench
mkdir -p "$work/aws/src"

# A workspace for aws-sdk-ssm, with the profile of the repository.
cat > "$work/aws/Cargo.toml" <<TOML
[workspace]
[package]
name = "bench-aws"
version = "0.0.0"
edition = "2024"
[dependencies]
aws-sdk-ssm = { version = "1", default-features = false }
[profile.dev]
debug = "line-tables-only"
TOML
: > "$work/aws/src/lib.rs"

# Prints CPU seconds and peak kilobytes of a cargo command that compiles its packages: the minimum
# of all rounds.
measure() { # DIR COMMAND PACKAGE...
    local dir=$1 command=$2
    shift 2
    local packages=()
    for package in "$@"; do packages+=(-p "$package"); done
    export CARGO_TARGET_DIR=$work/target
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
while read -r code crate; do
    if [ $# = 0 ] || [[ " $* " == *" $code "* ]]; then
        row "$crate" "$(count "crates/$crate/src/operation")" "$root" "$crate" "$crate-model"
    fi
done < <(paste -d ' ' <(bash .ci/services code) <(bash .ci/services))
[ $# = 0 ] || exit 0
(cd "$work/aws" && cargo fetch --quiet)
ssm=$(cd "$work/aws" && cargo metadata --format-version 1 --offline | tr ',' '\n' \
    | sed -n 's/.*"manifest_path":"\(.*aws-sdk-ssm-[0-9.]*\)\/Cargo.toml".*/\1/p' | head -1)
row aws-sdk-ssm "$(count "$ssm/src/operation")" "$work/aws" aws-sdk-ssm
