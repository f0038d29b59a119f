"""Whole conversations as data: what player, game and engines do, and what the client is told. See `conversations/`.

A step of a scenario is one thing that happens, and in `then` the messages that follow, in order and complete; of each
message only the fields that are written are compared. What happens is one of

    send = {type = "input.text", text = "Hi"}    the client's message
    voice = 1.2      silence = 0.6               seconds of microphone audio
    recogniser = "Hi"  (language = "en")         what it understood
    model = "Hello."                             what it said
    synthesiser = "speaks"                       all clauses that wait for a voice
    fails = "model"                              or "recogniser" or "synthesiser"
    wait = 5                                     seconds
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from conversing import Stage, every, messages

from npc_engine.core.commands import Command, Generate, Recognise, Synthesise
from npc_engine.core.events import EngineFailed
from npc_engine.persona import loading
from npc_engine.protocol import CLIENT_MESSAGES

HERE = Path(__file__).parent
SCENARIOS = sorted((HERE / "conversations").glob("*.toml"))
ENGINES = {"recogniser": Recognise, "model": Generate, "synthesiser": Synthesise}


class Performance:
    """A scenario under way."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        names = {each["persona"] for each in scenario["session"]["scene"]["characters"]}
        personas = {name: loading.load(HERE.parent / "personas" / name / "persona.yaml") for name in names}
        self.stage = Stage(personas, **scenario["session"])
        self._commands: list[Command] = []

    def play(self, step: dict[str, Any]) -> list[dict[str, Any]]:
        """Let the step happen; return what the client is told."""
        commands = self._happens(step)
        self._commands += commands
        return [message.model_dump(exclude_none=True) for message in messages(commands)]

    def _happens(self, step: dict[str, Any]) -> list[Command]:
        match step:
            case {"send": message}:
                return self.stage.send(CLIENT_MESSAGES.validate_python(message))
            case {"voice": seconds}:
                return self.stage.voice(seconds)
            case {"silence": seconds}:
                return self.stage.silence(seconds)
            case {"wait": seconds}:
                return self.stage.wait(seconds)
            case {"recogniser": text}:
                return self.stage.recognise([self._asked(Recognise)], text, step.get("language", "en"))
            case {"model": text}:
                return self.stage.generate([self._asked(Generate)], text)
            case {"synthesiser": _}:
                return self.stage.synthesise([self._asked(Synthesise)])
            case {"fails": engine}:
                return self.stage.post(EngineFailed(self.stage.at, self._asked(ENGINES[engine]).work, "crashed"))
        raise ValueError(f"nothing happens in {step}")

    def _asked(self, kind: type) -> Any:
        return every(self._commands, kind)[-1]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    scenario = tomllib.loads(path.read_text(encoding="utf-8"))
    performance = Performance(scenario)
    for number, step in enumerate(scenario["steps"], 1):
        told, expected = performance.play(step), step.get("then", [])
        compared = [
            {field: message.get(field) for field in wanted} for message, wanted in zip(told, expected, strict=False)
        ]
        types = [message["type"] for message in told]
        assert types == [wanted["type"] for wanted in expected], f"{path.name}, step {number}: {step}"
        assert compared == expected, f"{path.name}, step {number}: {step}"
    remembered = [[heard.name, heard.text] for heard in performance.stage.conversation.history]
    assert remembered == scenario["remembered"], path.name
