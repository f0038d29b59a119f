"""What is tried against a speaking character: every case from one seed, its sounds made before anything is measured."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from npc_engine.bench.barge_in_sounds import EchoPath, cough, hum, spoken_by_another
from npc_engine.recordings import QUESTIONS, question
from npc_engine.wav import Sound

Kind = Literal["speech", "cough", "backchannel", "echo", "speech over echo"]
HARMLESS: tuple[Kind, ...] = ("cough", "backchannel", "echo")
"""What must not stop a character."""
REPLIES = (
    "My grandmother kept bees on the south side of the garden, eleven hives in a row, each painted in another color. "
    "She talked to them every evening as if they were guests. When she died we told them so, one hive after the "
    "other, because she had always said that bees leave a house that keeps secrets from them.",
    "The lighthouse has been dark since the great storm, when the sea broke two windows and carried away the boat. "
    "The keeper still climbs up with his lantern on Sundays. He says that the light is for those who are late, and "
    "that somebody is always late, so he cannot see why he should stop.",
    "For the good bread you need three days and a cold cellar, and flour from the miller who does not cheat. Mix it in "
    "the morning, fold it at night, and leave it alone in between. Most people ruin it because they want to look "
    "under the cloth every hour and let all the warmth escape.",
    "The king wanted a map of everything that he owned, so forty painters worked on it for nine winters. When it was "
    "done it covered the floor of the largest hall. He walked across it once, from the mountains to the harbor, and "
    "asked them to add the dust on his shoes.",
)
"""Long enough to be interrupted."""
_ASIDES = (
    "Excuse me, could you repeat that last part?",
    "That is enough for today.",
    "Not now.",
    "Which way did the others go?",
    "I would rather hear about the weather.",
    "Somebody knocked at the door.",
)
_SIGNS = ("Uh-huh.", "Yeah.", "Okay.", "Right.", "I see.", "Oh, wow.")
Speak = Callable[[str, float], Awaitable[Sound]]
"""Synthesise a text at a speed."""


@dataclass(frozen=True)
class Case:
    """One reply, and what happens in the player's room while it is played."""

    kind: Kind
    name: str
    reply: str
    sound: Sound | None
    moment: float
    """Seconds of the reply after which the sound begins."""
    path: EchoPath | None
    reports: bool
    """Whether the client reports its playback."""


async def cases(harmless: int, seed: int, speak: Speak) -> list[Case]:
    """So many that must not stop a reply, a third of each kind; 4 for each 10 of them that must, and one over an echo.

    Shuffled. The same number, seed and voice give the same ones.
    """
    random = np.random.default_rng(seed)
    counts: dict[Kind, int] = {kind: len(range(first, harmless, 3)) for first, kind in enumerate(HARMLESS)}
    counts |= {"speech": -(-harmless * 4 // 10), "speech over echo": -(-harmless // 10)}
    made = [await _case(kind, number, random, speak) for kind, count in counts.items() for number in range(count)]
    return [made[number] for number in random.permutation(len(made))]


async def _case(kind: Kind, number: int, random: np.random.Generator, speak: Speak) -> Case:
    name, sound = await _sound(kind, number, random, speak)
    reply = REPLIES[random.integers(len(REPLIES))]
    return Case(
        kind=kind,
        name=name,
        # an echo is listened to until the reply's end
        reply=reply if sound else reply.partition(". ")[0] + ".",
        sound=sound,
        moment=random.uniform(1.0, 4.0),
        path=EchoPath.random(random) if kind in ("echo", "speech over echo") else None,
        reports=number % 2 == 1,
    )


async def _sound(kind: Kind, number: int, random: np.random.Generator, speak: Speak) -> tuple[str, Sound | None]:
    match kind:
        case "cough":
            return "cough", cough(random)
        case "backchannel":
            return await _sign(random, number, speak)
        case "echo":
            return "echo", None
        case _:
            return await _words(random, number, speak)


async def _words(random: np.random.Generator, number: int, speak: Speak) -> tuple[str, Sound]:
    """By turns a recorded question and another sentence."""
    recorded = list(QUESTIONS["en"])
    if number % 2 == 0:
        name = recorded[number // 2 % len(recorded)]
        return QUESTIONS["en"][name], question("en", name)
    text = _ASIDES[number // 2 % len(_ASIDES)]
    return text, await _another(random, text, speak)


async def _sign(random: np.random.Generator, number: int, speak: Speak) -> tuple[str, Sound]:
    """By turns a hum and a spoken sign of listening."""
    if number % 2 == 0:
        return "mm-hm", hum(random)
    text = _SIGNS[number // 2 % len(_SIGNS)]
    return text, await _another(random, text, speak)


async def _another(random: np.random.Generator, text: str, speak: Speak) -> Sound:
    """A voice 0.85 to 1.25 times as high as the synthesiser's, at 0.85 to 1.15 times its pace."""
    pitch = random.uniform(0.85, 1.25)
    return spoken_by_another(await speak(text, random.uniform(0.85, 1.15) / pitch), pitch)
