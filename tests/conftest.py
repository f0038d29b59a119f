"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import structlog

os.environ["NPC_ENGINE_STORE"] = "off"
"""No test writes into the stories of whoever runs it."""

TAKE_MINUTES = ("test_recall.py", "test_bench_truth.py", "test_browser.py", "test_kokoro.py", "test_llama.py")
"""They come first: a process that comes to one of them last would go on with it while the others have nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(TAKE_MINUTES)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the server does."""
    return "asyncio"


@pytest.fixture(autouse=True)
def logging_stays_as_it_was() -> Iterator[None]:
    """A command that a test runs sets up the log of the whole process."""
    yield
    structlog.reset_defaults()
