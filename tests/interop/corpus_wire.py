"""Compares generated clients for five more products with the official clients.

Requests must be equal, and full responses must be read without loss. The clients are generated from
published metadata, `<product>/<version>/api-docs.json` in the directory `ACS_CORPUS_DIR`. The
chosen operations cover every place, style and type of the parameters of a product. With `ALL=1` all
operations are compared.
"""

import collections
import json
import os
import pathlib
import shutil
import sys
import zlib

import wire

CLIENTS = {
    "cs": "alibabacloud_cs20151215",
    "ecs": "alibabacloud_ecs20140526",
    "ram": "alibabacloud_ram20150501",
    "sts": "alibabacloud_sts20150401",
    "vpc": "alibabacloud_vpc20160428",
}
# How many operations have each combination of place, style and type, and how many are compared per
# product, if there are as many.
ENOUGH, AT_LEAST = 3, 15
# The official clients are newer than the metadata.
CHANGED = {"UpdateContactGroupForAlert": "it has a body in the official client, and none in the metadata"}
DIRECTORY = wire.WORK / "corpus"


def metadata():
    """Returns the file of each product."""
    given = os.environ.get("ACS_CORPUS_DIR")
    corpus = pathlib.Path(given or wire.ROOT / "../shared/corpus")
    if not corpus.is_dir():
        assert not given, f"ACS_CORPUS_DIR is not a directory: {corpus}"
        print(f"skipped: no published metadata at {corpus}")
        sys.exit()
    return {product: next((corpus / product).glob("*/api-docs.json")) for product in CLIENTS}


def xtask(*arguments):
    wire.cargo("run", "--package", "xtask", "--", *map(str, arguments))


def kind(specification, schema):
    """Returns the type that a schema describes: `string`, `object[]`, `map`."""
    schema = specification.resolved(schema)
    if schema.get("type") == "array":
        return kind(specification, schema["items"]) + "[]"
    if schema.get("type") == "object" and "properties" not in schema:
        return "map"
    return schema.get("type", "any")


def obstacle(specification, official, operation):
    """Why an operation cannot be compared, if it cannot."""
    if not official.has(operation):
        return "the official client lacks it"
    if operation.name in CHANGED:
        return CHANGED[operation.name]
    unknown = set()
    official.prepare(operation, specification.input(operation, lambda _: True), unknown)
    names = ", ".join(sorted(name.removeprefix(f"{operation.name}.") for name in unknown))
    return f"the official client does not know {names}" if unknown else None


def choose(specification, official):
    """Returns the operations to compare, and why others cannot be compared.

    The order is random but fixed.
    """
    chosen, obstacles, seen = [], {}, collections.Counter()
    for operation in sorted(specification.operations.values(), key=lambda operation: zlib.crc32(operation.name.encode())):
        kinds = {(p.place, p.style, kind(specification, p.schema)) for p in operation.parameters}
        if "ALL" not in os.environ and len(chosen) >= AT_LEAST and all(seen[kind] >= ENOUGH for kind in kinds):
            continue
        reason = obstacle(specification, official, operation)
        if reason:
            obstacles[operation.name] = reason
        else:
            chosen.append(operation)
            seen.update(kinds)
    return chosen, obstacles


def write_chosen(specification, operations, directory):
    """Writes the specification with only these operations, so that no others are compiled."""
    names = {operation.name for operation in operations}
    paths = {
        path: {method: operation for method, operation in item.items() if operation["operationId"] in names}
        for path, item in specification.document["paths"].items()
    }
    document = {**specification.document, "paths": {path: item for path, item in paths.items() if item}}
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "openapi.yaml").write_text(json.dumps(document))


def table(results):
    """Returns a table of how many operations of each product have each place and style."""
    styles = {
        product: collections.Counter(f"{place} {style}" for result in those for place, style in result.operation.styles())
        for product, those in results.items()
    }
    columns = sorted(set().union(*styles.values()))
    rows = [["product", "operations", *columns]]
    rows += [[product, len(those), *(styles[product][column] for column in columns)] for product, those in results.items()]
    rows.append(["all", *(sum(row[index] for row in rows[1:]) for index in range(1, len(rows[0])))])
    return "\n".join("  ".join(str(cell).rjust(len(head)) for cell, head in zip(row, rows[0])) for row in rows)


files = metadata()
shutil.rmtree(DIRECTORY / "imported", ignore_errors=True)
xtask("import", *files.values(), "--specs", DIRECTORY / "imported")
specifications, chosen, programs = {}, {}, []
for product, file in files.items():
    place = pathlib.Path(product, file.parent.name)
    specifications[product] = wire.specification(DIRECTORY / "imported" / place)
    chosen[product], obstacles = choose(specifications[product], wire.Official(CLIENTS[product], "127.0.0.1"))
    for operation, reason in obstacles.items():
        print(f"not compared: {product} {operation}: {reason}")
    write_chosen(specifications[product], chosen[product], DIRECTORY / "specs" / place)
    programs.append((product, DIRECTORY / "specs" / place, DIRECTORY / f"crates/alibabacloud-{product}", []))
xtask("codegen", "--specs", DIRECTORY / "specs", "--out", DIRECTORY / "crates", "--core-path", wire.ROOT / "crates")
directory = wire.build("corpus", programs)
results = {
    product: list(wire.compare(specifications[product], CLIENTS[product], directory / f"wire-{product}", chosen[product]))
    for product in CLIENTS
}
print(table(results))
wire.count_rules([result for those in results.values() for result in those])
different = [(product, result) for product, those in results.items() for result in those if result.differences]
assert not different, "\n".join(
    line for product, result in different for line in [f"{product} {result.operation.name}", *result.differences]
)
assert sum(map(len, results.values())) >= 60, "too few operations"
