#!/usr/bin/env python3
"""Counts the instructions of calls, signatures, decoding, generation and the emulator.

    benches/instructions/run.py            # prints a table; fails if a count is 3 % above its record
    benches/instructions/run.py --write    # records the counts in bounds.tsv

Needs valgrind. Instructions do not depend on the load of the machine. They do depend on the compiler
and on libc, so that a count is only compared with a record of the same versions.
"""

import concurrent.futures
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
BOUNDS = HERE / "bounds.tsv"
# How far a count may be above its record, and how far below until it should be recorded again.
TOLERANCE = 0.03
HEADER = """\
# Instructions of one piece of work, written by `benches/instructions/run.py --write`. A count fails
# if it is more than 3 % above the record. The next line says what the counts depend on.
"""


def output(*command):
    return subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True).stdout


def environment():
    """Returns what counts depend on, besides the code."""
    versions = [output("rustc", "--version").split()[1], output("valgrind", "--version").strip()]
    libc = "-".join(platform.libc_ver())
    return f"rustc-{versions[0]} {versions[1]} {libc} {platform.machine()}"


def count(program, name, times):
    """Returns the instructions of one piece of work."""
    with tempfile.TemporaryDirectory() as directory:
        command = [
            "valgrind",
            "--tool=callgrind",
            "--toggle-collect=*counted_section*",
            f"--callgrind-out-file={directory}/out",
            str(program),
            name,
        ]
        run = subprocess.run(command, capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode != 0 or not collected or collected[1] == "0":
        sys.exit(f"{name}: {run.stderr}")
    return round(int(collected[1]) / times)


def measure():
    """Returns the counts of all works by name."""
    subprocess.run(["cargo", "build", "--release", "--quiet", "--locked"], cwd=HERE, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", HERE / "target"))
    program = target / "release" / "instructions-bench"
    works = [line.split("\t") for line in output(program).splitlines()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as threads:
        counts = threads.map(lambda work: count(program, work[0], int(work[1])), works)
        return dict(zip((name for name, _ in works), counts))


def recorded():
    """Returns the environment and the counts of the record."""
    if not BOUNDS.is_file():
        return None, {}
    lines = [line for line in BOUNDS.read_text().splitlines() if not line.startswith("# ")]
    rows = (line.split("\t") for line in lines[1:])
    return lines[0], {name: int(text) for name, text in rows}


def main():
    if sys.argv[1:] not in ([], ["--write"]):
        sys.exit(__doc__)
    here = environment()
    counts = measure()
    there, records = recorded()
    print(f"{'instructions':>12} {'record':>12} {'change':>8}  of")
    above = []
    for name, now in counts.items():
        before = records.get(name)
        change = now / before - 1 if before else None
        if change is None or change > TOLERANCE:
            above.append(name)
        elif change < -TOLERANCE:
            print(f"note: {name} became cheaper; record it with --write", file=sys.stderr)
        shown = "" if change is None else f"{100 * change:+.1f} %"
        print(f"{now:12,} {before or 0:12,} {shown:>8}  {name}")
    if "--write" in sys.argv:
        rows = "".join(f"{name}\t{now}\n" for name, now in counts.items())
        BOUNDS.write_text(f"{HEADER}{here}\n{rows}")
    elif here != there:
        print(f"skipped: instruction counts are recorded of {there}, and this is {here}")
    elif above:
        sys.exit(f"{', '.join(above)}: more than {100 * TOLERANCE:.0f} % above the record, or without one; see docs/benchmarks.md")


if __name__ == "__main__":
    main()
