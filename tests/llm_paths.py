"""Where the tests find a language model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def llm_path() -> Path:
    """Path of a small instruct model in GGUF; skips the test when there is none."""
    path = os.environ.get("NPC_ENGINE_TEST_LLM")
    if not path:
        pytest.skip("no language model: set NPC_ENGINE_TEST_LLM to the path of a small instruct GGUF")
    return Path(path)
