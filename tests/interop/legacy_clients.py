"""Sends every request of the old official Python clients to the emulator.

The packages `aliyun-python-sdk-*` sign with V1 and have a class for each request. Every setter of
every class is called; its value follows from the specification of the parameter that the setter
sends. The emulator must accept each request and read each parameter. What the clients have and the
specifications do not is on record in `gaps.json`: operations newer than the metadata, and those
that upstream withdrew.

Usage: legacy_clients.py [PRODUCT...]        (default: all)
"""

import importlib
import inspect
import json
import pkgutil
import sys

import gaps
import wire
from aliyunsdkcore.client import AcsClient
from emulator import ACCESS_KEY_SECRET, running

CLIENTS = ["ecs", "ram", "rds", "sts", "vpc"]
# Methods of every request that are not setters of parameters.
COMMON = set(dir(importlib.import_module("aliyunsdkcore.request").RpcRequest))
# What the gateway knows for every operation, and some metadata does not describe.
OF_EVERY_OPERATION = {"OwnerAccount", "OwnerId", "ResourceOwnerAccount", "ResourceOwnerId"}


class Probe(str):
    """A value of any type: a text, a list of two values, and an object with every field."""

    def get(self, name, default=None):
        return Probe(name)

    def items(self):
        return [("key", Probe("value"))]

    def __getitem__(self, index):
        return Probe(index)

    def __len__(self):
        return 2

    def __iter__(self):
        return iter([Probe("first"), Probe("second")])


def requests(product):
    """Yields a request, with every setter called, of each class of a client."""
    package = importlib.import_module(f"aliyunsdk{product}.request")
    for version in pkgutil.iter_modules(package.__path__):
        versioned = importlib.import_module(f"{package.__name__}.{version.name}")
        for module in pkgutil.iter_modules(versioned.__path__):
            request = getattr(importlib.import_module(f"{versioned.__name__}.{module.name}"), module.name)()
            for name, setter in inspect.getmembers(request, inspect.ismethod):
                if name.startswith("set_") and name not in COMMON:
                    setter(Probe(name))
            yield request


class Values:
    """The values of the parameters of an operation, by the names that are sent."""

    def __init__(self, specification, operation):
        self.specification, self.operation = specification, operation
        self.parameters = {parameter.name: parameter for parameter in operation.parameters}

    def find(self, name):
        """Returns the parameter that a name belongs to, and its value.

        The parameter is `None` if the specification has none, the value if it must not be sent.
        """
        if name == "SecurityToken":
            return None, None  # Only for temporary credentials, whose token it must be.
        if name in self.parameters:
            return self.parameters[name], self.whole(self.parameters[name])
        for known in sorted(self.parameters, key=len, reverse=True):
            parameter = self.parameters[known]
            if name.startswith(f"{known}.") and parameter.style in ("repeatList", "flat"):
                return self.part(parameter, name)
        return None, "text"

    def part(self, parameter, name):
        """Returns the value of one name of a list or an object that is sent as several."""
        schema = parameter.schema
        for step in name.removeprefix(f"{parameter.name}.").split("."):
            schema = self.specification.resolved(schema)
            if schema.get("type") == "array" and step.isdecimal():
                if int(step) > schema.get("maxItems", 2):
                    return parameter, None
                schema = schema["items"]
            elif step in schema.get("properties", {}):
                schema = schema["properties"][step]
            elif "additionalProperties" in schema:
                schema = schema["additionalProperties"]
            else:
                return None, "text"
        return parameter, self.scalar(schema, name)

    def whole(self, parameter):
        schema = self.specification.resolved(parameter.schema)
        if parameter.name == self.operation.page_token:
            return ""  # The first page; the service refuses tokens that it did not give.
        if parameter.style == "json":
            return wire.compact(self.bounded(schema, parameter.name))
        if parameter.style == "simple":
            return ",".join(str(self.scalar(schema["items"], f"{parameter.name}.{index}")) for index in range(2))
        return self.scalar(schema, parameter.name)

    def scalar(self, schema, name):
        value = self.bounded(schema, name)
        return wire.compact(value) if isinstance(value, (dict, list)) else value

    def bounded(self, schema, name):
        """Returns a value within the limits of its schema."""
        schema = self.specification.resolved(schema)
        if schema.get("type") == "array":
            count = max(schema.get("minItems", 1), min(2, schema.get("maxItems", 2)))
            return [self.bounded(schema["items"], f"{name}.{index}") for index in range(count)]
        if schema.get("type") == "object" and "properties" in schema:
            return {key: self.bounded(field, f"{name}.{key}") for key, field in schema["properties"].items()}
        value = "cn-hangzhou" if wire.normal(name) == "regionid" else self.specification.value(schema, name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            least, most = schema.get("minimum", 0), schema.get("maximum", 2**53)
            return value if least <= value <= most else max(least, min(most, 1))
        if isinstance(value, str) and not {"enum", "contentMediaType", "format"} & set(schema):
            return value[: schema.get("maxLength", len(value))].ljust(schema.get("minLength", 0), "x")
        return value


def fill(specification, request):
    """Gives each parameter of a request its value.

    Returns the parameters of the specification that it sends, and the names that are unknown.
    """
    values = Values(specification, specification.operations[request.get_action_name()])
    sent, unknown = set(), []
    for pairs in (request.get_query_params(), request.get_body_params()):
        for name in list(pairs):
            parameter, pairs[name] = values.find(name)
            if pairs[name] is None:
                del pairs[name]
            elif parameter:
                sent.add(parameter.name)
            elif name not in OF_EVERY_OPERATION:
                unknown.append(name)
    return sent, unknown


def send_all(product, emulator):
    """Sends every request of a client; returns how many there are, the gaps and the failures."""
    host = emulator.url.removeprefix("http://")
    specifications, sent, found, failures = {}, [], {"operations": [], "parameters": []}, []
    for request in requests(product):
        name, version = request.get_action_name(), request.get_version()
        if version not in specifications:
            specifications[version] = wire.specification(wire.ROOT / "api-specs" / product / version)
        if name not in specifications[version].operations:
            found["operations"].append(name)
            continue
        parameters, unknown = fill(specifications[version], request)
        found["parameters"] += [f"{name}.{parameter}" for parameter in unknown]
        request.set_endpoint(host)
        request.set_protocol_type("http")
        request.set_accept_format("JSON")
        # An account of its own, since what another request has created decides on responses.
        key = {"access_key_id": f"{product}-{name}", "access_key_secret": ACCESS_KEY_SECRET, "account": f"{product}-{name}"}
        emulator.control("POST", "seed", {"keys": [key]})
        client = AcsClient(key["access_key_id"], ACCESS_KEY_SECRET, "cn-hangzhou", auto_retry=False)
        try:
            json.loads(client.do_action_with_exception(request))
        except Exception as failure:  # Also what the client raises for a response that it cannot read.
            failures.append(f"{product} {name}: {failure}")
        sent.append((name, parameters))
    log = emulator.control("GET", "requests")
    emulator.control("DELETE", "requests")
    assert [entry["operation"] for entry in log] == [name for name, _ in sent], failures
    for entry, (name, parameters) in zip(log, sent):
        unread = parameters - set(entry["parameters"])
        if entry["code"] is None and unread:
            failures.append(f"{product} {name}: the emulator did not read {sorted(unread)}")
    return len(sent), found, failures


total, gaps_found, failures = 0, {}, []
with running() as emulator:
    for product in sys.argv[1:] or CLIENTS:
        count, gaps_found[product], failed = send_all(product, emulator)
        newer = len(gaps_found[product]["operations"])
        print(f"{product}: {count} requests are accepted; the specification does not have {newer} more")
        total += count + newer
        failures += failed
assert not failures, "\n".join([f"{len(failures)} of {total} requests:", *failures])
gaps.check("legacy_clients", gaps_found)
print(f"{total} request classes")
