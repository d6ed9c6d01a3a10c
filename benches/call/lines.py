#!/usr/bin/env python3
"""Count the code that a call executes, in cache lines of 64 bytes.

    benches/call/lines.py [PAGE]

PAGE is empty (the default) or fifty. Prints the lines and instructions of one call by the SDK and of
one by hand, and the functions in which they differ most. Needs valgrind. An instruction belongs to a
call when 800 more calls execute it about 800 more times, so start-up and rare events are excluded.
"""

import collections
import os
import pathlib
import subprocess
import sys
import tempfile

FEW, MANY = 80, 880
# The program makes an eighth as many calls before, to warm up.
CALLS = (MANY - FEW) * 9 // 8
LINE = 64
SHOWN = 60


def executions(program, way, address, page, calls):
    """Return the executions of each instruction, by address, and the function it belongs to."""
    with tempfile.NamedTemporaryFile("r") as out:
        options = ["--dump-instr=yes", "--compress-pos=no", "--compress-strings=no"]
        command = ["valgrind", "--tool=callgrind", *options, f"--callgrind-out-file={out.name}"]
        command += [program, way, address, page, "1", str(calls)]
        subprocess.run(command, check=True, capture_output=True)
        counts, functions = collections.Counter(), {}
        function, inclusive = None, False
        for line in out:
            if line.startswith("fn="):
                function = line[3:].strip()
            elif line.startswith("calls="):
                # The next line has the cost of the called function.
                inclusive = True
            elif line.startswith("0x"):
                if not inclusive:
                    at, _, count = line.split()[:3]
                    counts[int(at, 16)] += int(count)
                    functions[int(at, 16)] = function
                inclusive = False
    return counts, functions


def touched(program, way, address, page):
    """Return the lines by function and the number of instructions of one call."""
    few, _ = executions(program, way, address, page, FEW)
    many, functions = executions(program, way, address, page, MANY)
    lines, instructions = collections.defaultdict(set), 0
    for at, count in many.items():
        more = count - few[at]
        if more >= CALLS // 2:
            lines[functions[at]].add(at // LINE)
            instructions += more
    return lines, instructions // CALLS


def main():
    page = sys.argv[1] if len(sys.argv) > 1 else "empty"
    here = pathlib.Path(__file__).parent
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=here, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", here / "target"))
    program = str(target / "release" / "call-bench")
    server = subprocess.Popen([program, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        address = server.stdout.readline().strip()
        ways = {way: touched(program, way, address, page) for way in ("sdk", "hand")}
    finally:
        server.kill()
    for way, (lines, instructions) in ways.items():
        total = len(set().union(*lines.values()))
        print(f"{way:5} {total:6} lines {instructions:8} instructions")
    (ours, _), (theirs, _) = ways.values()
    count = {name: (len(ours.get(name, ())), len(theirs.get(name, ()))) for name in ours | theirs}
    print(f"\n{'sdk':>5} {'hand':>5}  function")
    for name, (a, b) in sorted(count.items(), key=lambda row: -abs(row[1][0] - row[1][1]))[:SHOWN]:
        print(f"{a:5} {b:5}  {name}")


if __name__ == "__main__":
    main()
