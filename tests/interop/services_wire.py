"""Compares all operations of every service of this repository with its official client.

Requests must be equal, and full responses must be read without loss.
"""

import importlib.util
import re

import wire

results = []
for spec in sorted(path.parent for path in wire.ROOT.glob("api-specs/*/*/openapi.yaml")):
    code, version = spec.parent.name, spec.name
    client = f"alibabacloud_{code.replace('-', '_')}{re.sub('[^0-9A-Za-z]', '', version)}"
    if importlib.util.find_spec(client) is None:
        print(f"skipped: {code} {version}: there is no official client {client}")
        continue
    crate = re.search(r"^  crate: (\S+)", (spec / "openapi.yaml").read_text(encoding="utf-8"), re.MULTILINE).group(1)
    programs = wire.build(f"{code}-{version}", [(code, spec, wire.ROOT / "crates" / crate, [])])
    specification = wire.specification(spec)
    compared = list(wire.compare(specification, client, programs / f"wire-{code}", specification.operations.values()))
    texts = [path.read_text(encoding="utf-8") for path in spec.glob("operations/*.yaml")]
    assert len(compared) == sum("x-acs-unsupported:" not in text for text in texts), len(compared)
    for result in compared:
        assert not result.unknown, f"{client} does not know {result.unknown}"
        assert not result.differences, "\n".join([client, result.operation.name, *result.differences])
    print(f"{code} {version}: {len(compared)} operations: requests and responses are equal")
    results.extend(compared)
assert results, "no service has an official client"
wire.count_rules(results)
