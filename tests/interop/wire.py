"""Compares requests of generated crates with those of the official Python clients, on loopback.

For each operation, every parameter has a synthetic value, from the specification alone. Both
clients send the values to a recorder, which returns a full response, also synthetic. The requests
must be equal except for the differences in `RULES`, and the generated crate must return every value
of the response.
"""

import collections
import hashlib
import http.server
import importlib
import inspect
import json
import os
import pathlib
import re
import shutil
import subprocess
import threading
import typing
import urllib.parse
import zlib

from alibabacloud_tea_openapi.utils_models import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).absolute()
WORK = TARGET / "interop" / "wire"

# Intended differences. docs/protocol.md explains each.
RULES = {
    "method": "an operation that accepts GET and POST is a POST here, and for some clients a GET",
    "boolean": "`True` and `False` of the Python client in query and form are `true` and `false` here",
    "dotted JSON": "a JSON parameter whose name has a dot is one text here, and flattened there",
    "key order": "keys of JSON objects may have another order",
    "space": "a space in query and form is `+` there and `%20` here",
    "provider header": "`x-acs-credentials-provider` is not sent here",
    "region": "`RegionId` is filled in here",
    "token": "the idempotency token is filled in here",
    "empty form": "a form without fields has a content type there, and none here",
    "unset list": "a list that is not set, as a body or inside of one, is `[]` there, and not sent here",
    "long request": "parameters of a POST that would make the request line longer than 8,000 bytes are in the form here, and in the URL there",
    "unsigned": "an operation without signature has all parameters in the form here, where there can be one, and those of the query in the URL there",
}
# Headers that differ in every request, or describe the program and its connection.
PASSING_HEADERS = {
    "authorization", "x-acs-date", "x-acs-signature-nonce", "user-agent", "accept-encoding", "connection", "content-length",
}
# The same for requests without signature, with what only one of the two forms needs.
UNSIGNED_PARAMETERS = {"Format", "SignatureNonce", "Timestamp"}
UNSIGNED_HEADERS = {"accept", "content-type", "x-acs-action", "x-acs-version"}
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TEXT = " a b+c*d~e/f%20é中'\"&=?#<>\\"
FORM = "application/x-www-form-urlencoded"
# The longest request line that is sent, in bytes: method, target and version.
LONGEST_LINE = 8_000
HEADER_TEXT = " a b+c*d~e/f%20"


class Recorder:
    """A loopback server that keeps requests and returns prepared responses."""

    def __init__(self):
        self.requests, self.responses = [], {}
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # Sends a response in one piece; a second piece would wait for an acknowledgement.

            def respond(self):
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                recorder.requests.append(Request(self.command, self.path, headers, self.rfile.read(length)))
                content_type, body = recorder.responses[recorder.requests[-1].action]
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = respond

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def take(self):
        """Returns the requests since the last call."""
        taken, self.requests = self.requests, []
        return taken


class Request(typing.NamedTuple):
    """A request as it arrived."""

    method: str
    target: str
    headers: dict
    body: bytes

    @property
    def path(self):
        return self.target.split("?", 1)[0]

    @property
    def query(self):
        return self.target.partition("?")[2]

    @property
    def form(self):
        return self.body.decode() if self.headers.get("content-type") == FORM else ""

    @property
    def action(self):
        """The operation, from a header, or from the parameters when there is no signature."""
        return self.headers.get("x-acs-action") or dict(pairs(f"{self.query}&{self.form}"))["Action"]

    @property
    def is_long(self):
        """Whether the request line would exceed the limit with all parameters in the query."""
        target = self.in_query().target
        return self.method == "POST" and len(f"{self.method} {target} HTTP/1.1") > LONGEST_LINE

    def in_query(self):
        """Returns the request with the parameters of its form in the query."""
        if not self.form:
            return self
        every = "&".join(part for part in (self.query, self.form) if part)
        return self.without_body()._replace(target=f"{self.path}?{every}")

    def without_body(self):
        return self._replace(body=b"", headers={name: value for name, value in self.headers.items() if name != "content-type"})

    def unsigned(self):
        """Returns the request for a comparison without signatures.

        It has all parameters in the query, and not what may differ when there is no signature.
        """
        kept = [pair for pair in f"{self.query}&{self.form}".split("&") if pair.partition("=")[0] not in UNSIGNED_PARAMETERS]
        headers = {name: value for name, value in self.headers.items() if name not in UNSIGNED_HEADERS}
        return Request(self.method, f"{self.path}?{'&'.join(kept)}", headers, b"" if self.form else self.body)


def pairs(text):
    """Returns decoded names and values, sorted. A `+` is not a space."""
    decoded = (pair.partition("=") for pair in text.split("&") if pair)
    return sorted((urllib.parse.unquote(name), urllib.parse.unquote(value)) for name, _, value in decoded)


class Joined(list):
    """A list that is sent as one text, separated by commas."""


class Parameter(typing.NamedTuple):
    """A parameter of an operation."""

    name: str
    place: str
    style: str
    required: bool
    schema: dict


class Operation(typing.NamedTuple):
    """An operation of the specification."""

    name: str
    path: str
    methods: list
    token: str
    page_token: str
    signed: bool
    parameters: list
    success: dict
    response: dict

    def styles(self):
        """Returns the places and styles of the parameters."""
        return {(parameter.place, parameter.style) for parameter in self.parameters}


class Specification:
    """A specification as one document, and values that fit it."""

    def __init__(self, document):
        self.document = document
        self.style = document["x-acs-product"]["style"]
        self.operations = {}
        for path, item in document["paths"].items():
            for method, operation in item.items():
                if "x-acs-unsupported" not in operation:
                    name, pagination = operation["operationId"], operation.get("x-acs-pagination", {})
                    self.operations[name] = Operation(
                        name,
                        path,
                        [each.upper() for each in operation.get("x-acs-methods", [method])],
                        operation.get("x-acs-idempotency"),
                        pagination.get("input") if pagination.get("kind") == "token" else None,
                        not operation.get("x-acs-anonymous", False),
                        list(self.parameters(operation)),
                        self.success(operation),
                        self.response(operation),
                    )

    def resolved(self, node):
        while "$ref" in node:
            place = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                place = place[step]
            node = place
        return node

    @staticmethod
    def success(operation):
        """Returns the field and its value that tell a success."""
        field = operation.get("x-acs-success-field")
        return {field: operation.get("x-acs-success-value", True)} if field else {}

    def parameters(self, operation):
        for parameter in map(self.resolved, operation.get("parameters", [])):
            yield self.parameter(parameter["name"], parameter["in"], parameter, parameter.get("required", False))
        body = self.resolved(operation.get("requestBody", {}))
        for media_type, content in body.get("content", {}).items():
            if media_type == "application/x-www-form-urlencoded":
                schema = self.resolved(content["schema"])
                for name, field in schema["properties"].items():
                    encoding = content.get("encoding", {}).get(name, {})
                    node = {**encoding, "schema": field}
                    if encoding.get("contentType") == "application/json":
                        node["content"] = {"application/json": {"schema": field}}
                    yield self.parameter(name, "form", node, name in schema.get("required", []))
            else:
                style = "json" if media_type == "application/json" else "raw"
                yield Parameter(
                    body.get("x-acs-name", "body"), "body", style, body.get("required", False), self.resolved(content["schema"])
                )

    def parameter(self, name, place, node, required):
        content = node.get("content", {}).get("application/json")
        style = "json" if content else node.get("x-acs-array-style", "plain")
        return Parameter(name, place, style, required, self.resolved(content["schema"] if content else node["schema"]))

    def response(self, operation):
        successes = [self.resolved(response) for status, response in operation["responses"].items() if status.startswith("2")]
        return next(iter(successes[0].get("content", {}).items()), None)

    def value(self, schema, path, text=TEXT, outer=()):
        """Returns a value with every field, the same in every run and different for each path.

        Recursive types end after one level.
        """
        if outer.count(schema.get("$ref")) > 1:
            return None
        if "$ref" in schema:
            outer = (*outer, schema["$ref"])
        schema = self.resolved(schema)
        kind, number = schema.get("type"), zlib.crc32(path.encode())
        if "enum" in schema:
            return schema["enum"][number % len(schema["enum"])]
        if kind == "string":
            if schema.get("contentMediaType") == "application/json":
                return compact({"a": [number, path + text], "b": {"c": None}})
            formats = {"acs-date-time": f"2026-01-02T03:{number // 60 % 60:02}:{number % 60:02}Z", "binary": "AAEC/f7/"}
            return formats.get(schema.get("format"), path + text)
        if kind == "integer":
            return number % 2**31 if schema.get("format") == "int32" else 2**53 + number
        if kind == "number":
            return number % 1000 + 0.5
        if kind == "boolean":
            return number % 2 == 0
        if kind == "array":
            fields = {index: schema["items"] for index in range(2)}
            return list(self.fields(fields, path, text, outer).values())
        if kind == "object":
            fields = schema.get("properties") or {key: schema.get("additionalProperties", {}) for key in ("a key", "ключ")}
            return self.fields(fields, path, text, outer)
        return {"a": [number, path + text, True], "b": {"c": 1.5}}

    def fields(self, schemas, path, text, outer):
        values = ((name, self.value(schema, f"{path}.{name}", text, outer)) for name, schema in schemas.items())
        return {name: value for name, value in values if value is not None}

    def input(self, operation, chosen):
        """Returns values for the chosen parameters."""
        values = {}
        for parameter in filter(chosen, operation.parameters):
            text = HEADER_TEXT if parameter.place == "header" else TEXT
            schema = parameter.schema
            if "type" not in schema and parameter.place in ("query", "form") and parameter.style != "json":
                # Any type is allowed; a text is what every client sends the same way.
                schema = {"type": "string"}
            value = self.value(schema, parameter.name, text)
            values[parameter.name] = Joined(value) if parameter.style == "simple" else value
        return values

    def full_response(self, operation):
        """Returns content type and body of a response with every field."""
        if operation.response is None:
            return "application/json", None
        media_type, content = operation.response
        if media_type != "application/json":
            return media_type, TEXT
        response = self.value(content.get("schema", {}), "")
        if operation.success:
            # Otherwise it would be the response of a failure.
            response.update(operation.success)
        return media_type, response


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def normal(name):
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Official:
    """The official client of a product."""

    def __init__(self, package, address):
        self.models = importlib.import_module(f"{package}.models")
        config = Config(
            access_key_id="interop", access_key_secret="interop-secret", endpoint=address, protocol="http", region_id="cn-hangzhou"
        )
        self.client = importlib.import_module(f"{package}.client").Client(config)
        self.methods = {normal(name): name for name in dir(self.client) if not name.startswith("_")}

    def has(self, operation):
        return normal(operation.name) in self.methods

    def hints(self, model):
        """Returns the type of each argument of a model's constructor."""
        names = {"main_models": self.models, "List": typing.List, "Dict": typing.Dict, "Any": typing.Any, "BinaryIO": typing.BinaryIO}
        return typing.get_type_hints(model.__init__, {**vars(self.models), **names})

    @staticmethod
    def attributes(model):
        """Returns the attribute of each wire name, from the source of the model."""
        source = inspect.getsource(model.from_map)
        return dict(re.findall(r"if m\.get\('([^']+)'\) is not None:.*?self\.(\w+)", source, re.DOTALL))

    def build(self, kind, value, path, unknown):
        """Returns a value in the client's types, and the value that it represents.

        Adds paths that the types do not have to `unknown`.
        """
        if kind is str and not isinstance(value, str):
            return ",".join(value) if isinstance(value, Joined) else compact(value), value
        structured = typing.get_origin(kind) in (list, dict) or inspect.isclass(kind) and hasattr(kind, "from_map")
        if structured and isinstance(value, str):
            return self.build(kind, json.loads(value), path, unknown)[0], value
        if isinstance(value, list) and typing.get_origin(kind) is list:
            both = [self.build(typing.get_args(kind)[0], element, f"{path}[]", unknown) for element in value]
            return [there for there, _ in both], [here for _, here in both]
        if isinstance(value, dict) and typing.get_origin(kind) is dict:
            both = {key: self.build(typing.get_args(kind)[1], element, f"{path}{{}}", unknown) for key, element in value.items()}
            return {key: there for key, (there, _) in both.items()}, {key: here for key, (_, here) in both.items()}
        if isinstance(value, dict) and structured:
            return self.model(kind, value, path, unknown)
        return value, value

    def model(self, kind, values, path, unknown, there=None):
        """Returns a model and the values that it holds.

        `there` is an existing model to add the values to.
        """
        attributes, hints = self.attributes(kind), self.hints(kind)
        there, here = there or kind(), {}
        # The parameter `A.B` of the specification can be the field `B` of a model `A`, which must
        # exist first.
        for name, value in sorted(values.items(), key=lambda item: item[0] not in attributes):
            place = f"{path}.{name}"
            outer, _, inner = name.partition(".")
            if name in attributes:
                built, here[name] = self.build(hints[attributes[name]], value, place, unknown)
                setattr(there, attributes[name], built)
            elif outer in attributes and hasattr(hints[attributes[outer]], "from_map"):
                held = getattr(there, attributes[outer])
                built, fields = self.model(hints[attributes[outer]], {inner: value}, f"{path}.{outer}", unknown, held)
                setattr(there, attributes[outer], built)
                if fields:
                    here[name] = fields[inner]
            else:
                unknown.add(place)
        return there, here

    def prepare(self, operation, values, unknown):
        """Returns the call of an operation, and the values that it sends."""
        method = getattr(self.client, self.methods[normal(operation.name)])
        paths = {normal(p.name): p.name for p in operation.parameters if p.place == "path"}
        bodies = {p.name for p in operation.parameters if p.place == "body"}
        arguments, sent = [], {}
        for argument in inspect.signature(method).parameters:
            if argument != "request":
                name = paths[normal(argument)]
                sent[name] = values[name]
                arguments.append(str(values[name]))
                continue
            model = typing.get_type_hints(method, {**vars(self.models), "main_models": self.models})[argument]
            attributes = self.attributes(model)
            given = {name: value for name, value in values.items() if name not in sent and name not in paths.values()}
            whole = next((name for name in bodies & given.keys() if "body" in attributes), None)
            if whole:
                # The client calls every body that is not an object so.
                given["body"] = given.pop(whole)
            # An object is its properties, one of which can have the name of the body.
            inlined = [
                name for name in bodies if isinstance(given.get(name), dict) and (name not in attributes or name in given[name])
            ]
            for name in inlined:
                given = {**given.pop(name), **given}
            request, here = self.model(model, given, operation.name, unknown)
            if whole:
                here[whole] = here.pop("body")
            for name in inlined:
                fields = values[name]
                here = {**{k: v for k, v in here.items() if k not in fields}, name: {k: v for k, v in here.items() if k in fields}}
            sent.update(here)
            arguments.append(request)
        unknown.update(f"{operation.name}.{name}" for name in values if name not in sent and normal(name) not in map(normal, sent))
        return lambda: method(*arguments), sent


class Comparison:
    """The result of comparing two requests."""

    def __init__(self):
        self.rules, self.differences = collections.Counter(), []

    def pairs(self, place, ours, theirs, dotted=()):
        """Compares query or form. The names in `dotted` are those of JSON parameters with a dot."""
        self.rules["space"] += "+" in theirs and "+" not in ours
        ours, theirs = pairs(ours), pairs(theirs.replace("+", "%20"))
        for name, value in [pair for pair in ours if pair[0] in dotted and pair not in theirs]:
            ours.remove((name, value))
            ours = sorted([*ours, *flattened(name, json.loads(value))])
            self.rules["dotted JSON"] += 1
        for name in sorted({name for name, _ in ours} | {name for name, _ in theirs}):
            values = [[value for key, value in side if key == name] for side in (ours, theirs)]
            if len(values[0]) == len(values[1]) == 1:
                self.text(f"{place} {name}", *(value[0] for value in values))
            elif values[0] != values[1]:
                self.differences.append(f"{place} {name}: {values[0]} here, {values[1]} there")

    def text(self, place, ours, theirs):
        if ours == theirs:
            return
        if (ours, theirs) in (("true", "True"), ("false", "False")):
            self.rules["boolean"] += 1
        elif same_json(ours, theirs):
            self.rules["key order"] += 1
        elif place == "body" and same_json(ours, theirs, without_unset_lists):
            self.rules["unset list"] += 1
        else:
            self.differences.append(f"{place}: {ours!r} here, {theirs!r} there")

    def headers(self, ours, theirs):
        for name in sorted({*ours, *theirs} - PASSING_HEADERS):
            here, there = ours.get(name), theirs.get(name)
            if name == "x-acs-credentials-provider" and here is None:
                self.rules["provider header"] += 1
            elif name != "x-acs-content-sha256" and here != there:
                self.differences.append(f"header {name}: {here!r} here, {there!r} there")

    def content_hash(self, who, request):
        if request.headers.get("x-acs-content-sha256") != hashlib.sha256(request.body).hexdigest():
            self.differences.append(f"x-acs-content-sha256 does not match the body {who}")

    def body(self, ours, theirs):
        if ours.body == theirs.body:
            return
        if ours.form or theirs.form:
            self.pairs("form", ours.form, theirs.form)
        else:
            self.text("body", ours.body.decode(), theirs.body.decode())

    def requests(self, operation, given, ours, theirs):
        """Adds the differences between two requests of one call with the given values."""
        if operation.signed:
            self.content_hash("here", ours)
            self.content_hash("there", theirs)
            if ours.form and ours.is_long:
                self.rules["long request"] += 1
                ours, theirs = ours.in_query(), theirs.in_query()
        else:
            self.rules["unsigned"] += 1
            ours, theirs = ours.unsigned(), theirs.unsigned()
        rule = empty_body(operation, given, theirs)
        if rule and not ours.body and "content-type" not in ours.headers:
            self.rules[rule] += 1
            theirs = theirs.without_body()
        ours = self.without_filled(operation, given, ours)
        if (ours.method, theirs.method) == ("POST", "GET") and {"GET", "POST"} <= set(operation.methods):
            self.rules["method"] += 1
            theirs = theirs._replace(method="POST")
        for part in ("method", "path"):
            if getattr(ours, part) != getattr(theirs, part):
                self.differences.append(f"{part}: {getattr(ours, part)} here, {getattr(theirs, part)} there")
        dotted = {p.name for p in operation.parameters if p.style == "json" and "." in p.name}
        self.pairs("query", ours.query, theirs.query, dotted)
        self.headers(ours.headers, theirs.headers)
        self.body(ours, theirs)

    def without_filled(self, operation, given, ours):
        """Returns our request without the values in query and form that only we fill in."""
        filled = {"region": ("RegionId", "cn-hangzhou"), "token": (operation.token, UUID)}

        def kept(text):
            pairs = text.split("&")
            for rule, (name, pattern) in filled.items():
                others = [pair for pair in pairs if name in given or not re.fullmatch(f"{name}={pattern}", pair)]
                self.rules[rule] += len(pairs) - len(others)
                pairs = others
            return "&".join(pairs)

        ours = ours._replace(target=f"{ours.path}?{kept(ours.query)}")
        return ours._replace(body=kept(ours.form).encode()) if ours.form else ours


def empty_body(operation, given, theirs):
    """Returns the rule by which the official client sends an empty body, if it does."""
    content_type = theirs.headers.get("content-type")
    if content_type == FORM and not theirs.body:
        return "empty form"
    unset = any(parameter.place == "body" and parameter.name not in given for parameter in operation.parameters)
    return "unset list" if unset and theirs.body == b"[]" else None


def flattened(name, value):
    """Yields the names and values of a JSON value as the official client flattens it."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value, 1):
            yield from flattened(f"{name}.{key}", inner)
    else:
        yield name, str(value)


def same_json(ours, theirs, change=lambda _, there: there):
    """Returns whether two texts are the same JSON object or list, after a change of the second."""
    try:
        here, there = json.loads(ours), json.loads(theirs)
    except ValueError:
        return False
    return isinstance(here, (dict, list)) and equal(here, change(here, there))


def without_unset_lists(here, there):
    """Returns `there` without the empty lists that `here` does not have."""
    if isinstance(here, dict) and isinstance(there, dict):
        return {key: without_unset_lists(here.get(key), value) for key, value in there.items() if value != [] or key in here}
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        return [without_unset_lists(*both) for both in zip(here, there)]
    return there


class Program:
    """A program that calls the generated crate, or another one with the same input and output."""

    def __init__(self, path, address, *arguments):
        command = [path, *arguments, f"http://{address}"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        assert self.process.wait(timeout=10) == 0, "the program did not exit cleanly"

    def call(self, operation, values):
        """Returns the output and the error of a call, one of them `None`."""
        self.process.stdin.write(json.dumps({"operation": operation.name, "input": values}) + "\n")
        self.process.stdin.flush()
        response = json.loads(self.process.stdout.readline())
        return response.get("output"), response.get("error")


class Result(typing.NamedTuple):
    """The result of comparing an operation."""

    operation: Operation
    rules: collections.Counter
    differences: list
    unknown: set


def compare(specification, package, program, operations):
    """Compares operations one by one."""
    with Recorder() as recorder, Program(program, recorder.address) as ours:
        official = Official(package, recorder.address)
        for operation in operations:
            content_type, response = specification.full_response(operation)
            body = response if isinstance(response, str) else json.dumps({} if response is None else response, ensure_ascii=False)
            recorder.responses[operation.name] = content_type, body.encode()
            comparison, unknown = Comparison(), set()
            for chosen in (lambda _: True, lambda parameter: parameter.required):
                theirs, values = official.prepare(operation, specification.input(operation, chosen), unknown)
                output, error = ours.call(operation, values)
                here = recorder.take()
                try:
                    theirs()
                except Exception as failure:
                    comparison.differences.append(f"the official client fails: {failure!r}")
                there = recorder.take()
                if len(here) == len(there) == 1:
                    comparison.requests(operation, values, here[0], there[0])
                else:
                    comparison.differences.append(f"{len(here)} requests here, {len(there)} there")
                if error or response is not None and not equal(output, response):
                    comparison.differences.append(f"response here: {error or output}, not {response}")
            yield Result(operation, comparison.rules, comparison.differences, unknown)


def count_rules(results):
    """Prints how often each rule was applied."""
    for rule, count in sorted(sum((result.rules for result in results), collections.Counter()).items()):
        print(f"  {count:4} times: {RULES[rule]}")


def equal(value, other):
    return json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)


def cargo(*arguments, directory=ROOT):
    """Runs a cargo command and returns its output."""
    environment = {**os.environ, "CARGO_TARGET_DIR": str(TARGET)}
    command = ["cargo", arguments[0], "--quiet", *arguments[1:]]
    return subprocess.run(command, cwd=directory, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def wire_program(*arguments):
    return cargo("run", "--package", "xtask", "--example", "wire_program", "--", *map(str, arguments))


def specification(directory):
    """Returns the specification in a directory."""
    return Specification(json.loads(wire_program("spec", directory)))


def build(workspace, programs):
    """Writes and compiles programs; returns the directory of the executables.

    Each program is `(name, specification, crate, operations)`.
    """
    directory = WORK / workspace
    for name, spec, crate, operations in programs:
        wire_program("write", spec, crate, directory / name, *operations)
    manifest = f"[workspace]\nresolver = \"3\"\nmembers = {json.dumps([program[0] for program in programs])}\n"
    (directory / "Cargo.toml").write_text(manifest + "\n[profile.dev]\ndebug = false\nincremental = false\n")
    # The versions of the repository, which have been downloaded already.
    shutil.copy(ROOT / "Cargo.lock", directory)
    cargo("build", directory=directory)
    return TARGET / "debug"
