"""Compares the requests of `alibabacloud-dynamic` with those of generated crates, on loopback.

Usage: dynamic_wire.py [NAME...]        (NAME: a key of `SERVICES`; default: all)

Both get the same values for every operation: synthetic ones for all parameters, the same for the
required parameters alone, and the example of the specification. Requests must be equal in every
byte except for what differs in each request, and so must the outputs.
"""

import json
import re
import sys

import wire

# Services of both styles, and those that have every construct of the format.
SERVICES = {
    "oos": ("api-specs/oos/2019-06-01", "crates/alibabacloud-oos"),
    "cs": ("api-specs/cs/2015-12-15", "crates/alibabacloud-cs"),
    "sts": ("api-specs/sts/2015-04-01", "crates/alibabacloud-sts"),
    "fixture": ("tests/fixtures/specs/fixture/2024-01-01", "tests/fixtures/crates/alibabacloud-fixture"),
    "fixture-roa": ("tests/fixtures/specs/fixture-roa/2024-01-01", "tests/fixtures/crates/alibabacloud-fixture-roa"),
}


def example(specification, operation):
    """Returns the request of the example, if there is one."""
    for path in specification.document["paths"].values():
        for item in path.values():
            if isinstance(item, dict) and item.get("operationId") == operation.name:
                return item.get("x-acs-example", {}).get("request")


def comparable(request):
    """Returns a request without what differs in each: tokens, and the time of unsigned requests."""
    token = lambda text: re.sub(r"&Timestamp=[^&]*", "&Timestamp=", re.sub(wire.UUID, "UUID", text))
    body = request.body.decode("latin-1")
    passing = wire.PASSING_HEADERS | ({"x-acs-content-sha256"} if token(body) != body else set())
    headers = {name: token(value) for name, value in request.headers.items() if name not in passing}
    return request.method, token(request.target), headers, token(body)


def compare(specification, operation, generated, dynamic, recorder):
    """Calls an operation with both programs; returns the number of calls."""
    content_type, response = specification.full_response(operation)
    body = response if isinstance(response, str) else json.dumps({} if response is None else response)
    recorder.responses[operation.name] = content_type, body.encode()
    inputs = [
        specification.input(operation, lambda _: True),
        specification.input(operation, lambda parameter: parameter.required),
        example(specification, operation),
    ]
    inputs = [values for values in inputs if values is not None]
    for index, values in enumerate(inputs):
        results = []
        for program in (generated, dynamic):
            output, error = program.call(operation, values)
            results.append(([comparable(request) for request in recorder.take()], error, output or None))
        here, there = results
        # An example may show only some of the required parameters.
        is_sent = here[1] is None and len(here[0]) == 1
        assert (is_sent or index == 2) and wire.equal(here, there), f"{operation.name}:\ngenerated: {here}\ndynamic:   {there}"
    return len(inputs)


chosen = {name: SERVICES[name] for name in sys.argv[1:] or SERVICES}
programs = wire.build("dynamic", [(name, wire.ROOT / spec, wire.ROOT / crate, []) for name, (spec, crate) in chosen.items()])
wire.cargo("build", "--package", "alibabacloud-dynamic", "--example", "wire")
for name, (spec, _) in chosen.items():
    specification = wire.specification(wire.ROOT / spec)
    operations = [one for one in specification.operations.values() if not (one.response and one.response[0] == "text/event-stream")]
    with (
        wire.Recorder() as recorder,
        wire.Program(programs / f"wire-{name}", recorder.address) as generated,
        wire.Program(wire.TARGET / "debug/examples/wire", recorder.address, wire.ROOT / spec) as dynamic,
    ):
        calls = sum(compare(specification, one, generated, dynamic, recorder) for one in operations)
    assert calls >= 2 * len(operations) > 0
    print(f"{name}: {len(operations)} operations, {calls} calls: requests and outputs are equal")
