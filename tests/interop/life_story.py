"""The life cycle of a template, an execution, a package and a secret.

The Rust client does the same in `tests/tests/emulator_life_story.rs`.
"""

import json
import pathlib

from alibabacloud_oos20190601 import models

from emulator import refused, running

CONTENT = """\
FormatVersion: OOS-2019-06-01
Tasks:
  - Name: ask
    Action: ACS::Approve
    Properties: {Approvers: [somebody]}
  - Name: say
    Action: ACS::ECS::RunCommand
    Properties: {commandContent: echo hello}
"""
INSTANCE = "i-life0000000000001"


def observe(emulator):
    """Executes the steps and returns what the client observed."""
    client, seen = emulator.client(), []

    body = client.create_template(models.CreateTemplateRequest(template_name="greet", content=CONTENT)).body
    seen.append(["template created", body.template.template_name, body.template.template_version])
    body = client.start_execution(models.StartExecutionRequest(template_name="greet")).body
    seen.append(["execution started", body.execution.status])
    execution_id = body.execution.execution_id

    def executions():
        return client.list_executions(models.ListExecutionsRequest(template_name="greet")).body.executions

    execution = executions()[0]
    seen.append(["execution waits", execution.status, execution.current_tasks[0].task_name])
    client.notify_execution(models.NotifyExecutionRequest(execution_id=execution_id, notify_type="Approve"))
    seen.append(["execution after approval", executions()[0].status])
    emulator.advance(5)
    seen.append(["execution at the end", executions()[0].status])

    request = models.ListTaskExecutionsRequest(execution_id=execution_id, sort_order="Ascending")
    tasks = client.list_task_executions(request).body.task_executions
    seen.append(["tasks"] + [f"{task.task_name}={task.status}" for task in tasks])
    logs = client.list_execution_logs(models.ListExecutionLogsRequest(execution_id=execution_id)).body.execution_logs
    seen.append(["log"] + [line.message for line in logs])
    seen.append(["executions of the template", str(len(executions()))])
    client.delete_executions(models.DeleteExecutionsRequest(execution_ids=json.dumps([execution_id])))
    seen.append(["executions left", str(len(executions()))])
    client.delete_template(models.DeleteTemplateRequest(template_name="greet"))
    error = refused(
        lambda: client.get_template(models.GetTemplateRequest(template_name="greet")), "EntityNotExists.Template"
    )
    seen.append(["template deleted", error.code])

    def packages():
        body = client.list_instance_package_states(models.ListInstancePackageStatesRequest(instance_id=INSTANCE)).body
        return [f"{state.template_name} {state.template_version}" for state in body.package_states]

    seen.append(["packages before"] + packages())
    client.update_instance_package_state(
        models.UpdateInstancePackageStateRequest(
            instance_id=INSTANCE, template_name="ACS-ECS-Docker", configure_action="install"
        )
    )
    seen.append(["packages after"] + packages())

    body = client.create_secret_parameter(models.CreateSecretParameterRequest(name="token", value="old")).body
    seen.append(["secret created", str(body.parameter.parameter_version)])

    def secret(**arguments):
        return client.get_secret_parameter(models.GetSecretParameterRequest(name="token", **arguments)).body.parameter

    seen.append(["secret without decryption", secret().value or "none"])
    client.update_secret_parameter(models.UpdateSecretParameterRequest(name="token", value="new"))
    rotated = secret(with_decryption=True)
    seen.append(["secret rotated", str(rotated.parameter_version), rotated.value])
    before = secret(with_decryption=True, parameter_version=1)
    seen.append(["secret before", str(before.parameter_version), before.value])
    return seen


with running() as emulator:
    expected = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())
    seen = observe(emulator)
    for should, did in zip(expected, seen, strict=True):
        assert did == should, f"{should} expected, not {did}"
print(f"{len(seen)} steps as the Rust client sees them")
