"""What a generated request cannot know: who is signed in, and which cases there are.

Without this every generated command would end at "no such case". About half of them keep what was generated.
"""

from __future__ import annotations

import json
import os
import zlib
from typing import Any

import schemathesis

KNOWN = json.loads(os.environ["API_KNOWN"])
"""`author`, `workstation` and `cases`, as the run has made them."""


def _choice(value: Any, count: int) -> int:
    """The same request is always mended in the same way, so that a failure can be repeated."""
    return zlib.crc32(json.dumps(value, sort_keys=True, default=str).encode()) % count


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    body = case.body
    if case.operation.label == "PUT /v1/commands/{uuid}" and isinstance(body, dict):
        lot = _choice(body, 8)
        if lot:
            body["author"], body["workstation"] = KNOWN["author"], KNOWN["workstation"]
            if body.get("kind") != "open":
                body["referral_id"] = KNOWN["cases"][lot % len(KNOWN["cases"])]
            if isinstance(body.get("seen"), int) and lot % 2:
                body["seen"] = 1
    if case.operation.path.startswith("/v1/referrals/{id}") and _choice(case.path_parameters, 2):
        case.path_parameters["id"] = KNOWN["cases"][_choice(case.path_parameters, len(KNOWN["cases"]))]
    if case.operation.label == "PUT /v1/workstations/{id}/presence" and _choice(case.path_parameters, 2):
        case.path_parameters["id"] = KNOWN["workstation"]
