"""Calls every operation of OOS through the official client and holds each answer against the client's response model."""

import inspect
import json
import os
import pathlib
import re
import typing

from alibabacloud_oos20190601 import models

from emulator import refused, running

SPEC = json.loads((pathlib.Path(os.environ["EMULATOR_SPECS"]) / "oos-2019-06-01.json").read_text())
TEMPLATE = json.dumps({"FormatVersion": "OOS-2019-06-01", "Tasks": [{"Name": "ask", "Action": "ACS::Approve"}]})
TRIGGER = json.dumps({"FormatVersion": "OOS-2019-06-01", "Tasks": [{"Name": "time", "Action": "ACS::TimerTrigger"}]})

# What cannot come from the specification's examples: names of things that exist by then. "*" is for every operation.
VALUES = {
    "*": {
        "TemplateName": "template", "Content": TEMPLATE, "ApplicationName": "application", "OpsItemIds": ["{ops_item}"],
        "StateConfigurationId": "{state_configuration}", "StateConfigurationIds": '["{state_configuration}"]',
        "ExecutionId": "{execution}", "ExecutionIds": '["{execution}"]', "OpsItemId": "{ops_item}",
        "ResourceType": "template", "ResourceId": "template", "ResourceIds": ["template"], "NotifyType": "Approve",
        "OperationSystem": "CentOS", "ConfigureMode": "ApplyOnce", "ScheduleType": "rate", "Severity": "Low",
        "Category": "Cost", "Targets": "{}", "Tags": {"team": "blue"}, "TagKeys": ["team"],
    },
    "CreateApplication": {"Name": "application"}, "GetApplication": {"Name": "application"},
    "UpdateApplication": {"Name": "application"}, "DeleteApplication": {"Name": "application"},
    "CreateApplicationGroup": {"Name": "group"}, "GetApplicationGroup": {"Name": "group"},
    "UpdateApplicationGroup": {"Name": "group"}, "DeployApplicationGroup": {"Name": "group"},
    "ContinueDeployApplicationGroup": {"Name": "group"}, "DeleteApplicationGroup": {"Name": "group"},
    "CreateParameter": {"Name": "parameter", "Type": "String", "Value": "hello"},
    "UpdateParameter": {"Name": "parameter", "Value": "goodbye"},
    "CreateSecretParameter": {"Name": "secret", "Value": "hush"},
    "UpdateSecretParameter": {"Name": "secret", "Value": "hush again"},
    "GetSecretParameter": {"Name": "secret"}, "DeleteSecretParameter": {"Name": "secret"},
    "ListSecretParameterVersions": {"Name": "secret"},
    "GetParameter": {"Name": "parameter"}, "DeleteParameter": {"Name": "parameter"},
    "ListParameterVersions": {"Name": "parameter"},
    "CreatePatchBaseline": {"Name": "baseline"}, "GetPatchBaseline": {"Name": "baseline"},
    "UpdatePatchBaseline": {"Name": "baseline"}, "RegisterDefaultPatchBaseline": {"Name": "baseline"},
    "DeletePatchBaseline": {"Name": "baseline"},
    "GetParameters": {"Names": '["parameter", "none"]'}, "GetSecretParameters": {"Names": '["secret"]'},
    "TriggerExecution": {"ExecutionId": "{trigger}", "Type": "Timer"},
    "CancelExecution": {"ExecutionId": "{trigger}"},
    "DeleteTemplates": {"TemplateNames": '["second"]'},
    "UpdateInstancePackageState": {"TemplateName": "ACS-ECS-Docker", "ConfigureAction": "install"},
    "StartExecution": {"TemplateName": "template"},
    "GenerateExecutionPolicy": {"TemplateName": "template"},
    "ValidateTemplateContent": {"Content": TEMPLATE},
    "UpdateOpsItem": {"OpsItemId": "{ops_item}"},
    "UntagResources": {"TagKeys": ["team"]},
}


def order(name):
    """What makes things comes first and what removes them last; groups go before their applications."""
    for rank, prefix in enumerate(["CreateApplication", "CreateTemplate", "Create", "StartExecution"]):
        if name == prefix or (prefix == "Create" and name.startswith(prefix)):
            return rank, name
    if name == "NotifyExecution":
        return 10, name
    if name.startswith(("Delete", "Cancel", "Untag")):
        return 11 + (name == "DeleteApplication") + 2 * name.startswith("DeleteTemplate"), name
    return 5, name


def operations():
    """Name, parameters and required parameters of each operation."""
    for path in SPEC["paths"].values():
        for operation in path.values():
            parameters = {}
            for parameter in operation.get("parameters", []):
                if "$ref" in parameter:
                    parameter = SPEC["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
                content = parameter.get("content", {}).get("application/json")
                parameter["schema"] = content["schema"] if content else parameter["schema"]
                parameters[parameter["name"]] = parameter
            yield operation["operationId"], parameters


def made_up(schema):
    """A value of a schema, from its example where it has one."""
    if schema.get("example") is not None:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("contentMediaType") == "application/json":
        return "{}"
    kind = schema.get("type")
    if kind == "array":
        return [made_up(schema.get("items", {}))]
    if kind == "object":
        return {name: made_up(field) for name, field in schema.get("properties", {}).items()}
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind, "text")


def filled(value, things):
    """Puts ids of things in place of `{thing}`."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: things.get(match[1], match[0]), value)
    if isinstance(value, list):
        return [filled(item, things) for item in value]
    return value


def fields(model):
    """Constructor arguments of a model with their types, by their name without underscores in lower case."""
    hints = typing.get_type_hints(model.__init__, {"main_models": models, "List": typing.List, "Dict": typing.Dict, "Any": typing.Any})
    return {name.replace("_", ""): (name, kind) for name, kind in hints.items()}


def request_of(name, parameters, things):
    """A request with all required parameters and those of the others that have a value in the table."""
    model = getattr(models, f"{name}Request")
    known = fields(model)
    arguments = {}
    for parameter, spec in parameters.items():
        own = VALUES.get(name, {})
        if parameter in own:
            value = own[parameter]
        elif parameter in VALUES["*"] and spec.get("required"):
            value = VALUES["*"][parameter]
        elif spec.get("required"):
            value = made_up(spec["schema"])
        elif parameter == "RegionId":
            value = "cn-hangzhou"
        else:
            continue
        argument, kind = known[parameter.lower().replace("_", "")]
        value = filled(value, things)
        if kind is str and not isinstance(value, str):
            value = json.dumps(value)
        arguments[argument] = value
    return model(**arguments)


def check_types(model, value, path):
    """Every field of an answer is known to the client's model and of its type."""
    known = fields(type(model))
    for name, item in value.items():
        assert name.lower().replace("_", "") in known, f"{path}.{name} is unknown to the client"
        attribute, kind = known[name.lower().replace("_", "")]
        check_value(getattr(model, attribute), item, kind, f"{path}.{name}")


def check_value(decoded, item, kind, path):
    origin = typing.get_origin(kind)
    if origin is list:
        assert isinstance(item, list), f"{path} is no list"
        for index, element in enumerate(item):
            check_value(decoded[index], element, typing.get_args(kind)[0], f"{path}[{index}]")
    elif origin is dict:
        assert isinstance(item, dict), f"{path} is no object"
    elif inspect.isclass(kind) and kind.__module__.startswith("alibabacloud"):
        check_types(decoded, item, path)
    elif kind in (str, int, bool):
        assert type(item) is kind, f"{path} is {item!r}, not a {kind.__name__}"
    elif kind is float:
        assert type(item) in (int, float), f"{path} is {item!r}, not a number"


def call(client, name, request):
    """Calls an operation; returns the decoded answer and the JSON it was made from."""
    raw = {}
    original = client.call_api
    client.call_api = lambda *arguments: raw.setdefault("answer", original(*arguments))
    try:
        snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        answer = getattr(client, snake)(request)
    finally:
        client.call_api = original
    return answer.body, raw["answer"]["body"]


def remember(name, body, things):
    """Keeps the ids of what was made."""
    if name == "StartExecution":
        things["execution"] = body["Execution"]["ExecutionId"]
    if name == "CreateOpsItem":
        things["ops_item"] = body["OpsItem"]["OpsItemId"]
    if name == "CreateStateConfiguration":
        things["state_configuration"] = body["StateConfiguration"]["StateConfigurationId"]


with running() as emulator:
    client, things = emulator.client(), {}
    client.create_template(models.CreateTemplateRequest(template_name="second", content=TEMPLATE))
    started = client.start_execution(models.StartExecutionRequest(template_content=TRIGGER))
    things["trigger"] = started.body.execution.execution_id
    stranger = emulator.client(secret="wrong")
    count = missing = 0
    for name, parameters in sorted(operations(), key=lambda operation: order(operation[0])):
        request = request_of(name, parameters, things)
        try:
            decoded, body = call(client, name, request)
            assert body["RequestId"], "no request id"
            check_types(decoded, body, name)
        except Exception as error:
            raise AssertionError(f"{name}: {error}") from error
        remember(name, body, things)
        if name == "NotifyExecution":
            emulator.advance(60)
        refused(lambda: call(stranger, name, request), "SignatureDoesNotMatch")
        required = [parameter for parameter in parameters.values() if parameter.get("required")]
        if required:
            empty = getattr(models, f"{name}Request")()
            first = refused(lambda: call(client, name, empty), f"Missing{required[0]['name']}")
            assert first.status_code == 400, first
            missing += 1
        count += 1
    assert count == 104, count
print(f"{count} operations answer as the client's models say; {missing} refuse a missing parameter, all refuse a wrong secret")
