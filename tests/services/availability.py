"""A missing service is a failure in CI and a skip with its reason elsewhere."""

import os
from typing import NoReturn

import pytest


def unavailable(service: str, reason: object) -> NoReturn:
    """Fail where CI=true, else skip, saying which service could not be had and why."""
    message = f"{service}: {reason}"
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(f"CI needs every service. {message}", pytrace=False)
    pytest.skip(message)
