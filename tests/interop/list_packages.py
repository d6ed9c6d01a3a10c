"""Lists packages page by page, and checks that errors raise the exceptions of the client."""

from alibabacloud_oos20190601 import models

from emulator import refused, running

INSTANCE = "i-emulator0000000001"


def names(client):
    """Returns the names of all packages, three per page, and the number of pages."""
    found, pages, token = [], 0, None
    while pages == 0 or token:
        request = models.ListInstancePackageStatesRequest(
            region_id="cn-hangzhou", instance_id=INSTANCE, max_results=3, next_token=token
        )
        body = client.list_instance_package_states(request).body
        found += [state.template_name for state in body.package_states]
        token, pages = body.next_token, pages + 1
    return found, pages


with running() as emulator:
    emulator.control("POST", "seed", {"bearer_tokens": [{"token": "a-token"}]})
    for algorithm in (None, "v2"):
        settings = {} if algorithm is None else {"signature_algorithm": algorithm}
        found, pages = names(emulator.client(**settings))
        assert pages == 3 and len(found) == 7 and "ACS-ECS-Docker" in found, (pages, found)
        assert names(emulator.client(bearer_token="a-token", **settings)) == (found, pages)
        refused(lambda: names(emulator.client(bearer_token="another", **settings)), "InvalidBearerToken")
        wrong = emulator.client(secret="wrong", **settings)
        error = refused(lambda: names(wrong), "SignatureDoesNotMatch")
        assert "server string to sign is:" in error.message, error.message

    client = emulator.client()
    refused(
        lambda: client.list_instance_package_states(models.ListInstancePackageStatesRequest()),
        "MissingInstanceId",
    )
    emulator.control("POST", "faults", {"kind": "throttle", "retry_after_millis": 20, "times": 1})
    error = refused(lambda: names(client), "Throttling.User")
    assert type(error).__name__ == "ThrottlingException" and error.retry_after == 20, error
print("7 packages on 3 pages with V3, V1 and bearer tokens; errors raise the client's exceptions")
