"""Whatever is sent to any route of the REST interface, the answer is no 5xx and fits its schema.

``make fuzz`` sends 10,000 requests instead of some hundreds, and says how they were answered.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
# Erasing the asker or the recording would turn all that follows into 401 or 404.
LAST = ["DELETE /v1/sessions/{session_id}", "DELETE /v1/users/{user_id}", "DELETE /v1/me"]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))


def operations(service: Any) -> Iterator[Any]:
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", service.app)
    results = list(schema.get_all_operations())
    found = [result.ok() for result in results if isinstance(result, Ok)]
    assert len(found) == len(results)
    yield from sorted(
        found, key=lambda each: ["", *LAST].index(each.label) if each.label in LAST else 0
    )


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_no_request_makes_the_service_fail(service: Any, admin: Any, mode: Any) -> None:
    headers = {"Authorization": f"Bearer {admin.token}"}
    known = known_ids(service, admin)
    found = list(operations(service))
    answers = sum((fuzz(operation, mode, headers, known) for operation in found), Counter[int]())
    told = f"{answers.total()} cases, {len(found)} routes: {sorted(answers.items())}"
    sys.stdout.write(f"\n{mode.value}: {told}\n")
    assert len(found) > 40


def known_ids(service: Any, admin: Any) -> dict[str, str]:
    """Ids of things that are there, so that not every answer is 404."""
    return {"session_id": service.upload(admin, mentor="Ada", partner="Bo"), "format": "vtt"}


def fuzz(operation: Any, mode: Any, headers: dict[str, str], known: dict[str, str]) -> Counter[int]:
    """Send the requests of one route; how often each status was the answer."""
    answers: Counter[int] = Counter()

    @given(case=operation.as_strategy(generation_mode=mode), is_known=strategies.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
    )
    def check(case: Any, is_known: bool) -> None:
        if is_known:
            for name in set(known) & set(case.path_parameters or {}):
                case.path_parameters[name] = known[name]
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        answers[answer.status_code] += 1

    try:
        check()
    except Unsatisfiable:  # a route without parameters has nothing to get wrong
        assert mode is schemathesis.GenerationMode.NEGATIVE
    return answers
