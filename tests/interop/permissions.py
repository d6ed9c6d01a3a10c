"""Runs programs under the permissions that a recorded run needed.

Three examples of the OOS crate and a program with the official client: each ends well with the
policy, and is refused when any statement of it is missing.
"""

import os
import subprocess
from pathlib import Path

from alibabacloud_oos20190601 import models

from emulator import ACCESS_KEY_ID, ACCESS_KEY_SECRET, refused, running

TEMPLATE = (
    '{"FormatVersion": "OOS-2019-06-01", "Tasks": '
    '[{"Name": "wait", "Action": "ACS::Sleep", "Properties": {"Duration": "PT1S"}}]}'
)
SETUP = [
    {"CreateSecretParameter": {"Name": "password", "Value": "first"}},
    {"CreateTemplate": {"TemplateName": "nightly", "Content": TEMPLATE}},
]
EXAMPLES = {
    "audit_patches": ["i-1", "i-2"],
    "rotate_secret": ["password"],
    "run_template_and_wait": ["nightly"],
}


def example(name):
    """Returns a function that runs an example; it raises an error with its output if it fails."""

    def run(emulator):
        result = subprocess.run(
            [Path(os.environ["EXAMPLES"], name), *EXAMPLES[name]],
            env={
                "ALIBABA_CLOUD_ACCESS_KEY_ID": ACCESS_KEY_ID,
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ACCESS_KEY_SECRET,
                "ALIBABA_CLOUD_ENDPOINT": emulator.url,
                "ALIBABA_CLOUD_REGION_ID": "cn-hangzhou",
                "NEW_SECRET": "second",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
        if result.returncode:
            raise PermissionError(result.stderr)

    return run


def official(emulator):
    """Does with the official client what the example `rotate_secret` does."""
    client = emulator.client()
    region = {"region_id": "cn-hangzhou"}
    client.get_secret_parameter(models.GetSecretParameterRequest(name="password", **region))
    client.update_secret_parameter(
        models.UpdateSecretParameterRequest(name="password", value="second", **region)
    )
    client.list_secret_parameter_versions(
        models.ListSecretParameterVersionsRequest(name="password", **region)
    )


def needed(program):
    """Returns the policy that a run of the program needs."""
    with running("--ram-mode=record", frozen=False) as emulator:
        emulator.control("POST", "seed", {"calls": SETUP})
        program(emulator)
        return emulator.control("GET", "ram/needed-policy")["policy"]


def run_with(program, policy):
    """Runs the program as a user with a policy; returns the error, if there is one."""
    user = {"name": "program", "access_keys": [ACCESS_KEY_ID], "policies": ["program"]}
    with running(frozen=False) as emulator:
        emulator.control("POST", "seed", {"calls": SETUP})
        emulator.control("POST", "ram", {"policies": {"program": policy}, "users": [user]})
        try:
            program(emulator)
        except Exception as error:  # The client has several exception classes.
            return str(error)
    return None


def check(name, program):
    """Checks a program; returns the number of statements."""
    policy = needed(program)
    statements = policy["Statement"]
    assert statements, policy
    assert run_with(program, policy) is None, name
    for statement in statements:
        rest = [other for other in statements if other is not statement]
        error = run_with(program, policy | {"Statement": rest})
        assert error is not None, f"{name} needs no {statement}"
        assert "NoPermission" in error, error
        assert any(action in error for action in statement["Action"]), (statement, error)
    return len(statements)


counts = {name: check(name, example(name)) for name in EXAMPLES}
counts["official client"] = check("official client", official)

# The official client has the details of a refusal.
with running() as emulator:
    user = {"name": "program", "access_keys": [ACCESS_KEY_ID]}
    emulator.control("POST", "ram", {"users": [user]})
    client = emulator.client()
    request = models.GetTemplateRequest(region_id="cn-hangzhou", template_name="nightly")
    error = refused(lambda: client.get_template(request), "NoPermission")
    detail = error.access_denied_detail
    assert error.status_code == 403, error.status_code
    assert detail["AuthAction"] == "oos:GetTemplate", detail
    assert detail["NoPermissionType"] == "ImplicitDeny", detail
    assert detail["AuthPrincipalType"] == "SubUser", detail
    assert detail["PolicyType"] == "AccountLevelIdentityBasedPolicy", detail
    assert detail["EncodedDiagnosticMessage"], detail
print("statements that a program needs, each of them:", counts)
