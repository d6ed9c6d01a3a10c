"""Calls every operation of OOS through the official client.

Each response is compared with the response model of the client.
"""

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

# Values that the examples of the specification do not have: names of resources that exist at that
# point. "*" applies to every operation.
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
    """Returns the rank of an operation.

    Operations that create resources come first, those that delete them last. Groups are deleted
    before their applications.
    """
    for rank, prefix in enumerate(["CreateApplication", "CreateTemplate", "Create", "StartExecution"]):
        if name == prefix or (prefix == "Create" and name.startswith(prefix)):
            return rank, name
    if name == "NotifyExecution":
        return 10, name
    if name.startswith(("Delete", "Cancel", "Untag")):
        return 11 + (name == "DeleteApplication") + 2 * name.startswith("DeleteTemplate"), name
    return 5, name


def operations():
    """Yields the name and the parameters of each operation."""
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


def synthetic(schema):
    """Returns a value of a schema, from its example if it has one."""
    if schema.get("example") is not None:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("contentMediaType") == "application/json":
        return "{}"
    kind = schema.get("type")
    if kind == "array":
        return [synthetic(schema.get("items", {}))]
    if kind == "object":
        return {name: synthetic(field) for name, field in schema.get("properties", {}).items()}
    return {"integer": 1, "number": 1.5, "boolean": True}.get(kind, "text")


def filled(value, resources):
    """Replaces `{resource}` with the ID of the resource."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda match: resources.get(match[1], match[0]), value)
    if isinstance(value, list):
        return [filled(item, resources) for item in value]
    return value


def fields(model):
    """Returns the constructor arguments of a model with their types.

    The keys are names in lower case without underscores.
    """
    hints = typing.get_type_hints(model.__init__, {"main_models": models, "List": typing.List, "Dict": typing.Dict, "Any": typing.Any})
    return {name.replace("_", ""): (name, kind) for name, kind in hints.items()}


def request_of(name, parameters, resources):
    """Returns a request with all required parameters and the optional ones that the table has."""
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
            value = synthetic(spec["schema"])
        elif parameter == "RegionId":
            value = "cn-hangzhou"
        else:
            continue
        argument, kind = known[parameter.lower().replace("_", "")]
        value = filled(value, resources)
        if kind is str and not isinstance(value, str):
            value = json.dumps(value)
        arguments[argument] = value
    return model(**arguments)


def check_types(model, value, path):
    """Checks that the client's model has every field of a response, with its type."""
    known = fields(type(model))
    for name, item in value.items():
        assert name.lower().replace("_", "") in known, f"{path}.{name} is unknown to the client"
        attribute, kind = known[name.lower().replace("_", "")]
        check_value(getattr(model, attribute), item, kind, f"{path}.{name}")


def check_value(decoded, item, kind, path):
    origin = typing.get_origin(kind)
    if origin is list:
        assert isinstance(item, list), f"{path} is not a list"
        for index, element in enumerate(item):
            check_value(decoded[index], element, typing.get_args(kind)[0], f"{path}[{index}]")
    elif origin is dict:
        assert isinstance(item, dict), f"{path} is not an object"
    elif inspect.isclass(kind) and kind.__module__.startswith("alibabacloud"):
        check_types(decoded, item, path)
    elif kind in (str, int, bool):
        assert type(item) is kind, f"{path} is {item!r}, not a {kind.__name__}"
    elif kind is float:
        assert type(item) in (int, float), f"{path} is {item!r}, not a number"


def call(client, name, request):
    """Calls an operation; returns the decoded response and its JSON."""
    raw = {}
    original = client.call_api
    client.call_api = lambda *arguments: raw.setdefault("response", original(*arguments))
    try:
        snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        response = getattr(client, snake)(request)
    finally:
        client.call_api = original
    return response.body, raw["response"]["body"]


def remember(name, body, resources):
    """Keeps the IDs of created resources."""
    if name == "StartExecution":
        resources["execution"] = body["Execution"]["ExecutionId"]
    if name == "CreateOpsItem":
        resources["ops_item"] = body["OpsItem"]["OpsItemId"]
    if name == "CreateStateConfiguration":
        resources["state_configuration"] = body["StateConfiguration"]["StateConfigurationId"]


with running() as emulator:
    client, resources = emulator.client(), {}
    client.create_template(models.CreateTemplateRequest(template_name="second", content=TEMPLATE))
    started = client.start_execution(models.StartExecutionRequest(template_content=TRIGGER))
    resources["trigger"] = started.body.execution.execution_id
    stranger = emulator.client(secret="wrong")
    count = missing = 0
    for name, parameters in sorted(operations(), key=lambda operation: order(operation[0])):
        request = request_of(name, parameters, resources)
        try:
            decoded, body = call(client, name, request)
            assert body["RequestId"], "no request ID"
            check_types(decoded, body, name)
        except Exception as error:
            raise AssertionError(f"{name}: {error}") from error
        remember(name, body, resources)
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
    assert count == len(SPEC["paths"]), count
print(f"{count} operations match the client's models; {missing} refuse a missing parameter, all refuse a wrong secret")
