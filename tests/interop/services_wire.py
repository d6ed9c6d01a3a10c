"""Compares the operations of services of this repository with their official clients.

Usage: services_wire.py [SERVICE...]        (SERVICE: a directory of api-specs; default: all)

Requests must be equal, and full responses must be read without loss. Operations and parameters that
a client does not have are on record in `gaps.json`.
"""

import importlib.util
import re
import sys

import gaps
import wire

# How many operations of a service are compared, if it has as many.
AT_LEAST = 40

chosen = sys.argv[1:]
specs = sorted(path.parent for path in wire.ROOT.glob("api-specs/*/*/openapi.yaml"))
unknown = set(chosen) - {spec.parent.name for spec in specs}
assert not unknown, f"no specification of {', '.join(sorted(unknown))}"

results, found = [], {}
for spec in specs:
    code, version = spec.parent.name, spec.name
    if chosen and code not in chosen:
        continue
    name = f"{code} {version}"
    client = f"alibabacloud_{code.replace('-', '_')}{re.sub('[^0-9A-Za-z]', '', version)}"
    if importlib.util.find_spec(client) is None:
        print(f"skipped: {name}: there is no official client {client}")
        continue
    crate = re.search(r"^  crate: (\S+)", (spec / "openapi.yaml").read_text(encoding="utf-8"), re.MULTILINE).group(1)
    programs = wire.build(name.replace(" ", "-"), [(code, spec, wire.ROOT / "crates" / crate, [])])
    specification = wire.specification(spec)
    texts = [path.read_text(encoding="utf-8") for path in spec.glob("operations/*.yaml")]
    callable = specification.operations.values()
    assert len(callable) == sum("x-acs-unsupported:" not in text for text in texts), len(callable)
    official = wire.Official(client, "127.0.0.1")
    lacking = [operation.name for operation in callable if not official.has(operation)]
    compared = list(wire.compare(specification, client, programs / f"wire-{code}", filter(official.has, callable)))
    for result in compared:
        assert not result.differences, "\n".join([client, result.operation.name, *result.differences])
    found[name] = {"operations": lacking, "parameters": [path for result in compared for path in result.unknown]}
    assert len(compared) >= min(AT_LEAST, len(callable)), f"{name}: only {len(compared)} operations are compared"
    gap = f"; the client does not have {len(lacking)} more" if lacking else ""
    print(f"{name}: {len(compared)} operations: requests and responses are equal{gap}")
    results.extend(compared)
assert results, "no service has an official client"
gaps.check("services_wire", found)
wire.count_rules(results)
