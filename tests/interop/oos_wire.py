"""Compares all operations of OOS with the official client.

Requests must be equal, and full responses must be read without loss.
"""

import wire

SPEC = wire.ROOT / "api-specs/oos/2019-06-01"

programs = wire.build("oos", [("oos", SPEC, wire.ROOT / "crates/alibabacloud-oos", [])])
specification = wire.specification(SPEC)
results = list(wire.compare(specification, "alibabacloud_oos20190601", programs / "wire-oos", specification.operations.values()))
for result in results:
    assert not result.unknown, f"the official client does not know {result.unknown}"
    assert not result.differences, "\n".join([result.operation.name, *result.differences])
assert len(results) == len(list((SPEC / "operations").glob("*.yaml"))), len(results)
print(f"{len(results)} operations: requests and responses are equal")
wire.count_rules(results)
