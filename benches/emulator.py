#!/usr/bin/env python3
"""Measures the emulator with all services: its start, its memory, and what a signed request costs.

    benches/emulator.py [SECONDS]

Each load takes SECONDS (10 by default). Emulator and load program share the processors. Processor
time is that of the emulator alone, user and system, from /proc.
"""

import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
STARTS = 9
TICKS = os.sysconf("SC_CLK_TCK")


def build():
    """Builds the emulator and the load program, and returns their paths."""
    command = ["cargo", "build", "--release", "--quiet", "--package", "alibabacloud-emulator"]
    subprocess.run([*command, "--all-features", "--bins", "--examples"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    return target / "alibabacloud-emulator", target / "examples" / "load"


def start(program):
    """Starts the emulator; returns the process, its address, and the milliseconds it took."""
    begun = time.monotonic()
    options = ["--listen", "127.0.0.1:0"]
    process = subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True)
    # It prints its address once it listens.
    line = process.stdout.readline()
    millis = (time.monotonic() - begun) * 1000
    address = re.search(r"127\.0\.0\.1:\d+", line)
    if not address:
        sys.exit(f"the emulator does not print its address: {line}")
    return process, address[0], millis


def stop(process):
    process.terminate()
    process.communicate()


def resident(process):
    """Returns the resident memory of a process in MB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000


def processor_time(process):
    """Returns the processor time that a process took, in seconds."""
    stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def measure(seconds):
    """Yields what was measured, and the value."""
    program, load = build()
    starts, sizes = [], []
    for _ in range(STARTS):
        process, _, millis = start(program)
        starts.append(millis)
        sizes.append(resident(process))
        stop(process)
    yield "start to listening", f"{statistics.median(starts):.1f} ms"
    yield "resident after the start", f"{statistics.median(sizes):.1f} MB"
    for connections in (16, 64):
        process, address, _ = start(program)
        before = processor_time(process)
        command = [load, address, str(seconds), str(connections)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        calls = int(printed.split()[0])
        each = (processor_time(process) - before) * 1e6 / calls
        stop(process)
        yield f"requests a second, {connections} connections", f"{calls / seconds:,.0f}"
        yield f"processor time per request, {connections} connections", f"{each:.1f} µs"


if __name__ == "__main__":
    for what, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10):
        print(f"{what:46} {value:>12}")
