"""Fixtures that several test modules share."""

from __future__ import annotations

import os

import pytest

os.environ["NPC_ENGINE_STORE"] = "off"
"""No test writes into the stories of whoever runs it."""


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"
