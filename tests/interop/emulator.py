"""Starts the emulator and creates official clients that call it."""

import contextlib
import json
import os
import subprocess
import urllib.request

from alibabacloud_oos20190601.client import Client
from alibabacloud_tea_openapi.utils_models import Config

ACCESS_KEY_ID = "interop"
ACCESS_KEY_SECRET = "interop-secret"


class Emulator:
    """A running emulator."""

    def __init__(self, url):
        self.url = url

    def client(self, secret=ACCESS_KEY_SECRET, **settings):
        """Returns an official client.

        It signs with V3, with V1 for `signature_algorithm="v2"`, and not at all with a `bearer_token`.
        """
        if "bearer_token" not in settings:
            settings |= {"access_key_id": ACCESS_KEY_ID, "access_key_secret": secret}
        return Client(
            Config(
                endpoint=self.url.removeprefix("http://"),
                protocol="http",
                region_id="cn-hangzhou",
                **settings,
            )
        )

    def control(self, method, path, body=None):
        """Calls the control API."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def advance(self, seconds):
        """Moves the clock of the services forward."""
        self.control("POST", "time", {"advance_seconds": seconds})


@contextlib.contextmanager
def running(*options, frozen=True):
    """Runs an emulator on a free port, with a frozen service clock, until the end of the block."""
    clock = ["--frozen-clock"] if frozen else []
    command = [
        os.environ["EMULATOR"],
        "--listen=127.0.0.1:0",
        f"--access-key-id={ACCESS_KEY_ID}",
        f"--access-key-secret={ACCESS_KEY_SECRET}",
        *clock,
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on "), line
        yield Emulator(line.removeprefix("listening on ").strip())
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0, "the emulator did not exit cleanly"


def refused(call, code):
    """Makes a call that must fail with `code`; returns the exception of the official client."""
    try:
        call()
    except Exception as error:  # The client has several exception classes; all have the code.
        assert getattr(error, "code", None) == code, f"{code} expected, not {error!r}"
        return error
    raise AssertionError(f"the call was not refused with {code}")
