"""What official clients and specifications do not have in common, as recorded in `gaps.json`.

A client is older or newer than the metadata of a service, so each can have operations and
parameters that the other does not have. These cannot be compared. Everything else is, so a name
that is wrong in a specification would only be one more gap: the scripts fail if their gaps are not
those on record. With `ACCEPT_GAPS=1` they record what they find, to be reviewed as a change of
`gaps.json`.
"""

import json
import os
import pathlib

FILE = pathlib.Path(__file__).with_name("gaps.json")


def check(script, found):
    """Compares the gaps of services, `{service: {kind: [name]}}`, with those on record."""
    recorded = json.loads(FILE.read_text(encoding="utf-8"))
    known = recorded.setdefault(script, {})
    found = {service: {kind: sorted(names) for kind, names in kinds.items() if names} for service, kinds in found.items()}
    if "ACCEPT_GAPS" in os.environ:
        known.update(found)
        recorded[script] = {service: kinds for service, kinds in sorted(known.items()) if kinds}
        FILE.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
        return
    different = [
        f"{service}: {kind} {', '.join(sorted(set(kinds.get(kind, [])) ^ set(known.get(service, {}).get(kind, []))))}"
        for service, kinds in found.items()
        for kind in sorted({*kinds, *known.get(service, {})})
        if kinds.get(kind, []) != known.get(service, {}).get(kind, [])
    ]
    assert not different, "\n".join([f"not as recorded in {FILE.name}; ACCEPT_GAPS=1 records them:", *different])
