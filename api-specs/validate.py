#!/usr/bin/env python3
"""Checks the specifications with tools of others: the public OpenAPI 3.1 validator and our JSON Schema.

Usage: validate.py [DIR...], where DIR is a version of a product; all under this directory when none is given.
Needs `pip install openapi-spec-validator`, which brings jsonschema and PyYAML. Exit code 1 when anything is wrong.
"""

import json
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

HERE = Path(__file__).resolve().parent


def resolved(document: dict, directory: Path) -> dict:
    """The document with operation files in place, as the public validator wants a whole one."""
    text = json.dumps(document | {"paths": {key: item(value, directory) for key, value in document["paths"].items()}})
    return json.loads(text.replace("../openapi.yaml#/", "#/"))


def item(value: dict, directory: Path) -> dict:
    return load(directory / value["$ref"]) if "$ref" in value else value


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def problems(directory: Path, schema: Draft202012Validator):
    files = [directory / "openapi.yaml", *sorted(directory.glob("operations/*.yaml")), *directory.glob("glossary.yaml")]
    for path in files:
        for error in schema.iter_errors(load(path)):
            yield f"{path}: {error.json_path}: {error.message}"
    try:
        validate(resolved(load(files[0]), directory))
    except Exception as error:
        yield f"{directory}: {str(error).splitlines()[0]}"


def main(directories: list[str]) -> int:
    schema = json.loads((HERE / "spec.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    common = Draft202012Validator(schema | {"if": False, "else": {"$ref": "#/$defs/common"}})
    found = [Path(name) for name in directories] or sorted(path.parent for path in HERE.glob("*/*/openapi.yaml"))
    failures = [problem for directory in found for problem in problems(directory, validator)]
    failures += [f"{path}: {error.json_path}: {error.message}" for path in HERE.glob("common.yaml") for error in common.iter_errors(load(path))]
    failures += [f"{path}: {error.json_path}: {error.message}" for path in HERE.glob("glossary.yaml") for error in validator.iter_errors(load(path))]
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"{len(found)} specifications, {len(failures)} problems")
    return 1 if failures or not found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
