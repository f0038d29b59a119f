"""The language of a text, by its script."""

from __future__ import annotations

import pytest

from npc_engine.core.language import language_of


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        ("Hello there", "en", "en"),
        ("Bonjour", "fr", "fr"),
        ("Hello there", "zh", "en"),
        ("你现在身处Deadwood小镇的中央", "en", "zh"),
        ("Where is the 银行?", "en", "en"),
        ("銀行はどこですか", "en", "ja"),
        ("銀行", "ja", "ja"),
        ("은행이 어디예요?", "en", "ko"),
        ("12 + 30", "zh", "zh"),
        ("", "en", "en"),
    ],
)
def test_the_script_tells_the_language(text: str, default: str, language: str) -> None:
    assert language_of(text, default) == language
