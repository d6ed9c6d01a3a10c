"""Requests of all operations of OOS equal those of the official client, and full answers are read without loss."""

import collections

import wire

SPEC = wire.ROOT / "api-specs/oos/2019-06-01"

programs = wire.build("oos", [("oos", SPEC, wire.ROOT / "crates/alibabacloud-oos", [])])
specification = wire.specification(SPEC)
results = list(wire.compare(specification, "alibabacloud_oos20190601", programs / "wire-oos", specification.operations.values()))
rules = sum((result.rules for result in results), collections.Counter())
for result in results:
    assert not result.unknown, f"the official client does not know {result.unknown}"
    assert not result.differences, "\n".join([result.operation.name, *result.differences])
assert len(results) == 104, len(results)
print(f"{len(results)} operations: requests and answers are equal")
for rule, count in sorted(rules.items()):
    print(f"  {count:4} times: {wire.RULES[rule]}")
