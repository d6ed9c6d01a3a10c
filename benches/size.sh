#!/usr/bin/env bash
# Prints the size of the repository: of the tracked files of a commit, by directory, and packed as
# git sends them, without and with the history.
#
#   benches/size.sh [COMMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
commit=${1:-HEAD}

packed() { git pack-objects --stdout --quiet | wc -c; }

git ls-tree -r --long "$commit" | awk '
    {
        path = $0
        sub(/^[^\t]*\t/, "", path)
        part = path ~ "/" ? substr(path, 1, index(path, "/") - 1) : "."
        files[part]++; bytes[part] += $4
        count++; total += $4
    }
    END {
        for (part in files) printf "%-12s %6d files %7.2f MB\n", part, files[part], bytes[part] / 1e6 | "sort"
        close("sort")
        printf "%-12s %6d files %7.2f MB\n", "all", count, total / 1e6
    }'
printf 'packed: %.1f MB' "$(git rev-list --objects --no-object-names "$commit^{tree}" | packed)e-6"
printf ', with the history %.1f MB\n' "$(git rev-list --objects --no-object-names "$commit" | packed)e-6"
