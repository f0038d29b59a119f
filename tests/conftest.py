"""Fixtures that several test modules share."""

from __future__ import annotations

import pytest

from npc_engine.models import Store


@pytest.fixture(scope="session")
def models() -> Store:
    """The store with the default models in place. Tests that use it carry `@pytest.mark.models`."""
    store = Store()
    missing = [model.name for model in store.missing()]
    assert not missing, f"these tests need models; run: npc-engine models pull ({', '.join(missing)})"
    return store


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"
