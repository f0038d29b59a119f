"""The spoken questions that ship with the project: where they are and what they say."""

from __future__ import annotations

from pathlib import Path

from npc_engine.errors import InvalidFile
from npc_engine.wav import Sound, read_wav

QUESTIONS: dict[str, dict[str, str]] = {
    "en": {
        "where_am_i": "Excuse me, where am I, and what should I do next?",
        "where_is_the_key": "Where is the key?",
        "who_are_you": "Good evening. Who are you?",
        "what_is_in_the_safe": "What is in the safe?",
        "can_you_help": "I am new in town. Can you help me find my way?",
        "back_room": "How do I get into the back room of the bank?",
    },
    "zh": {"where_am_i": "我现在在哪，我应该做什么？"},
}
"""Per language, from name to text. The first one is the demo's."""


def folder() -> Path:
    """Inside the package when installed from a wheel, in the demos of a clone."""
    package = Path(__file__).parent
    installed = package / "_recordings"
    return installed if installed.is_dir() else package.parent / "demos" / "recordings"


def question(language: str, name: str | None = None) -> Sound:
    """A recorded question. Raises `InvalidFile` when there is none, or not in this language."""
    known = QUESTIONS.get(language)
    if known is None:
        raise InvalidFile(f"no question is recorded in '{language}'; there are: {', '.join(QUESTIONS)}")
    return read_wav(folder() / f"{language}_{name or next(iter(known))}.wav")
