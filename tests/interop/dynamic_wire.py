"""Compares the requests of `alibabacloud-dynamic` with those of generated crates, on loopback.

Both get the same values for every operation: synthetic ones for all parameters, the same for the
required parameters alone, and the example of the specification. Requests must be equal in every
byte except for what differs in each request, and so must the outputs.
"""

import json
import re

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
    """Returns a request without what differs in each, tokens included."""
    token = lambda text: re.sub(wire.UUID, "UUID", text)
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
    for values in inputs:
        results = []
        for program in (generated, dynamic):
            output, error = program.call(operation, values)
            assert error is None, f"{operation.name}: {error}: {values}"
            [request] = recorder.take()
            results.append((comparable(request), output or None))
        (here, output), (there, raw) = results
        assert here == there, f"{operation.name}:\ngenerated: {here}\ndynamic:   {there}"
        assert wire.equal(output, raw), f"{operation.name}:\ngenerated: {output}\ndynamic:   {raw}"
    return len(inputs)


programs = wire.build("dynamic", [(name, wire.ROOT / spec, wire.ROOT / crate, []) for name, (spec, crate) in SERVICES.items()])
wire.cargo("build", "--package", "alibabacloud-dynamic", "--example", "wire")
for name, (spec, _) in SERVICES.items():
    specification = wire.specification(wire.ROOT / spec)
    events = ("text/event-stream",)
    chosen = [one for one in specification.operations.values() if not (one.response and one.response[0] in events)]
    with (
        wire.Recorder() as recorder,
        wire.Program(programs / f"wire-{name}", recorder.address) as generated,
        wire.Program(wire.TARGET / "debug/examples/wire", recorder.address, wire.ROOT / spec) as dynamic,
    ):
        calls = sum(compare(specification, one, generated, dynamic, recorder) for one in chosen)
    assert calls >= 2 * len(chosen) > 0
    print(f"{name}: {len(chosen)} operations, {calls} calls: requests and outputs are equal")
