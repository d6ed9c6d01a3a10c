#!/usr/bin/env python3
"""Measures release builds: size, bytes of a further operation, a rebuild after an edit, and the first
call over https.

    benches/release.py

Builds programs with the default release profile in target/release-bench: one call with the SDK, the
same by hand with reqwest (both of `compile/program`), and those with one and with 60 operations of
`tests/markers/programs`. The server of the first call has the certificate of the tests of the core;
the trusted roots are those of the system and that certificate's. Processor time is user and system.
"""

import http.server
import os
import pathlib
import re
import resource
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "release-bench"
SOURCES = ROOT / "benches" / "compile" / "program"
MARKERS = ROOT / "tests" / "markers" / "programs"
CERTIFICATES = ROOT / "crates" / "alibabacloud-core" / "tests" / "certificates"
SYSTEM_ROOTS = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
REBUILDS = 3
CALLS = 21
BY_HAND = [
    'hmac = "0.13"',
    'reqwest = { version = "0.13", default-features = false, features = ["json", "rustls-no-provider"] }',
    'rustls = { version = "0.23", default-features = false, features = ["ring", "std", "tls12"] }',
    'serde = { version = "1", features = ["derive"] }',
    'sha2 = "0.11"',
]
BODY = b'{"RequestId":"1306108F-610C-40FD-AAD5-9DA7F1D07A13","MaxResults":50,"PackageStates":[]}'


def sdk(service, features=""):
    return f'alibabacloud-{service} = {{ path = "{ROOT}/crates/alibabacloud-{service}"{features} }}'


def program(name, source, *dependencies):
    """Creates a program in a directory of its own, with the versions of the SDK's lock file."""
    directory = WORK / name
    (directory / "src").mkdir(parents=True, exist_ok=True)
    shutil.copy(source, directory / "src" / "main.rs")
    shutil.copy(SOURCES / "sign.rs", directory / "src" / "sign.rs")
    shutil.copy(ROOT / "Cargo.lock", directory / "Cargo.lock")
    lines = "\n".join(['tokio = { version = "1", features = ["macros", "rt"] }', *dependencies])
    manifest = f'[workspace]\n[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n{lines}\n'
    (directory / "Cargo.toml").write_text(manifest)
    return directory


def build(directory):
    """Builds a program, and returns the seconds of processor time."""
    # Dependencies of all programs are compiled once.
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "target")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=directory, env=environment, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def executable(directory):
    return WORK / "target" / "release" / directory.name


def stripped(directory):
    """Returns the bytes of the executable without symbols."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["strip", f"--output-file={file.name}", executable(directory)], check=True)
        return os.path.getsize(file.name)


def rebuild(directory):
    """Returns the seconds of processor time of a build after an edit, the lowest of some."""
    source = directory / "src" / "main.rs"
    text = source.read_text()
    seconds = []
    for number in range(REBUILDS):
        source.write_text(text.replace("println!(", f'println!("{number}");\n        println!(', 1))
        seconds.append(build(directory))
    source.write_text(text)
    build(directory)
    return min(seconds)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.send_response(200)
        self.send_header("content-length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass


def first_call(directory):
    """Returns milliseconds of processor time and resident MB of a process of one call, medians."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server_key.pem")
    server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.NamedTemporaryFile(suffix=".pem") as roots:
        system = SYSTEM_ROOTS.read_bytes() if SYSTEM_ROOTS.exists() else b""
        roots.write(system + (CERTIFICATES / "root.pem").read_bytes())
        roots.flush()
        environment = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tExampleKey00000001",
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "exampleSecretOfThirtyCharacte",
            "ALIBABA_CLOUD_ENDPOINT": f"https://localhost:{server.server_port}",
            "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
            "HOME": str(WORK),
            "SSL_CERT_FILE": roots.name,
        }
        millis, resident = [], []
        for _ in range(CALLS):
            process = os.posix_spawn(executable(directory), [directory.name], environment)
            _, status, usage = os.wait4(process, 0)
            if status != 0:
                sys.exit(f"the first call fails with status {os.waitstatus_to_exitcode(status)}")
            millis.append((usage.ru_utime + usage.ru_stime) * 1000)
            # The kernel counts the memory of this program as well, up to the start of the other
            # one: `time` is small.
            command = ["time", "--quiet", "--format=%M", executable(directory)]
            result = subprocess.run(command, env={**os.environ, **environment}, stderr=subprocess.PIPE)
            resident.append(int(result.stderr) / 1000)
    server.shutdown()
    return statistics.median(millis), statistics.median(resident)


def measure():
    """Returns pairs of what is measured and its value."""
    blocking = ', features = ["blocking"]'
    ours = program("by_sdk", SOURCES / "by_sdk.rs", sdk("oos"))
    theirs = program("by_hand", SOURCES / "by_hand.rs", *BY_HAND)
    one = program("one_operation", MARKERS / "one.rs", sdk("sts", blocking))
    many = program("many_operations", MARKERS / "sixty.rs", sdk("oos", blocking), sdk("ram", blocking))
    further = len(re.findall("^//! Expected: ", (MARKERS / "sixty.rs").read_text(), re.M)) - 1
    for directory in (ours, theirs, one, many):
        build(directory)
    yield "program of one call", f"{stripped(ours) / 1e6:.2f} MB, by hand {stripped(theirs) / 1e6:.2f} MB"
    yield "a further operation", f"{(stripped(many) - stripped(one)) / further / 1000:.1f} kB"
    yield "rebuild after an edit", f"{rebuild(ours):.2f} s processor time, by hand {rebuild(theirs):.2f} s"
    millis, resident = first_call(ours)
    yield "first https call", f"{millis:.1f} ms processor time, {resident:.1f} MB resident"


if __name__ == "__main__":
    for what, value in measure():
        print(f"{what:25} {value}", flush=True)
