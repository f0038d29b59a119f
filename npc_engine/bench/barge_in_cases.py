"""What is tried against a speaking character: every case from one seed, its sounds made before anything is measured.

Odd seeds are for choosing settings and even ones for reporting: they share no reply and no sentence of the player.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from npc_engine.bench.barge_in_sounds import EchoPath, cough, hum, louder, spoken_by_another
from npc_engine.recordings import QUESTIONS, question
from npc_engine.wav import Sound

Kind = Literal["speech", "cough", "backchannel", "echo", "speech over echo", "cough over echo"]
HARMLESS: tuple[Kind, ...] = ("cough", "backchannel", "echo", "cough over echo")
"""What must not stop a character."""
WORDS: tuple[Kind, ...] = ("speech", "speech over echo")
"""What must."""
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
    "Well, nobody crosses the marsh after dark, stranger. Two brothers tried it in my father's time with a mule and a "
    "good lamp. We found the mule. If you must go, wait for the frost, follow the white stakes, and do not answer "
    "when something calls you by your name.",
    "You ask about the ring? It was made for a queen who never wore it. She gave it to her cook, and the cook gave it "
    "to a soldier, and the soldier lost it at cards in this very room. Since then it has had eleven owners, and all "
    "of them came back to complain.",
    "Listen carefully, for I will say it only once. There are three doors behind the mill. The green one is painted on "
    "the wall, the red one opens on the river, and the third one you will not see until you have stopped looking "
    "for it. Take bread with you.",
    "I was a sailor for nineteen years before I took this tavern. I have seen ice as blue as a glass bottle, and a "
    "whale that slept beside the ship all night like a dog. People say that the land is quiet. It is not quiet, it "
    "only talks more slowly than the sea.",
    "Do not touch the blue bottles, they are not for sale and they do not like to be moved. The salve for your arm is "
    "on the second shelf, behind the owl. Rub it in twice a day, keep the arm out of the sun, and if it starts to "
    "sing, come back at once.",
    "Years ago this town had a bell that could be heard in three valleys. Then the mine took the mountain from under "
    "the church, a little more every summer, and one night the bell went down with half of the tower. On still days "
    "the miners hear it below them.",
    "Seven silver coins is what I paid, and seven is what I want. Look at the stitching. That was done by a woman who "
    "made sails for the fleet, and there is not one knot in it that would not hold a horse. You will be buried in "
    "these boots, and your son will wear them.",
    "That old tower belongs to the astronomer, though he has not been down since the harvest. We send up soup in a "
    "basket. Some mornings there is a drawing in the empty bowl, a circle with a small dot beside it, and every time "
    "the dot has come a little closer.",
    "Between you and me, the mayor cannot read. His daughter stands behind the chair and taps his shoulder, once for "
    "yes and twice for no. She has governed us for six years, and I must say that the roads have never been better.",
    "Good horses are born angry, my uncle used to say. He had one that bit the bishop. They wanted to shoot it, but "
    "the bishop bought it instead, and rode it to the council every spring, and nobody ever dared to speak against "
    "him again while it stood at the window.",
    "When the wind comes from the east you can smell the salt works, and then it rains within the hour. So bring in "
    "the washing, shut the hens away, and tell the children that the fair is over. I have been wrong about many "
    "things in my life, but never about that.",
    "Every winter the wolves come down as far as the bridge, and every winter the council decides to build a wall. We "
    "have the stones, they lie behind the school since my boyhood. By the time that everybody has agreed who should "
    "carry them, it is spring, and the wolves are gone.",
)
"""Long enough to be interrupted."""
_ASIDES = (
    "Excuse me, could you repeat that last part?",
    "Hold on, what did you say?",
    "That is enough for today.",
    "I have heard this story before.",
    "Not now.",
    "Stop it.",
    "Which way did the others go?",
    "How much do you want for it?",
    "I would rather hear about the weather.",
    "Can we talk about the money instead?",
    "Somebody knocked at the door.",
    "I think there is someone outside.",
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
    pitch: float
    """How many times as high as the synthesiser's the character's voice is."""
    sound: Sound | None
    moment: float
    """Seconds of the reply after which the sound begins."""
    path: EchoPath | None
    noise: float
    """Decibels of full scale of the room without any sound."""
    reports: bool
    """Whether the client reports its playback."""


@dataclass(frozen=True)
class Counts:
    """How many cases of what."""

    harmless: int
    """A third of them echoes, the others coughs, coughs over an echo and signs of listening."""
    words: int
    """Half of them over an echo."""

    def of(self) -> dict[Kind, int]:
        """By kind."""
        echo = -(-self.harmless // 3)
        shares = [(self.harmless - echo + more) // 3 for more in (2, 1, 0)]
        harmless: dict[Kind, int] = dict(zip(("cough", "backchannel", "cough over echo"), shares, strict=True))
        return {**harmless, "echo": echo, "speech": -(-self.words // 2), "speech over echo": self.words // 2}


async def cases(counts: Counts, seed: int, speak: Speak, people: Sequence[tuple[str, Sound]] = ()) -> list[Case]:
    """Shuffled. The same counts, seed, voice and recordings of `people` give the same ones."""
    maker = _Maker(seed, speak, people)
    made = [await maker.case(kind, number) for kind, count in counts.of().items() for number in range(count)]
    return [made[number] for number in maker.random.permutation(len(made))]


class _Maker:
    def __init__(self, seed: int, speak: Speak, people: Sequence[tuple[str, Sound]]) -> None:
        self.random = np.random.default_rng(seed)
        self._speak = speak
        self._replies, self._asides = REPLIES[seed % 2 :: 2], _ASIDES[seed % 2 :: 2]
        self._questions = list(QUESTIONS["en"])[seed % 2 :: 2]
        self._people = people[seed % 2 :: 2]

    async def case(self, kind: Kind, number: int) -> Case:
        random = self.random
        name, sound = await self._sound(kind, number)
        reply = self._replies[random.integers(len(self._replies))]
        return Case(
            kind=kind,
            name=name,
            # an echo is listened to until the reply's end
            reply=reply if sound else reply.partition(". ")[0] + ".",
            pitch=random.uniform(0.85, 1.25),
            sound=sound,
            moment=random.uniform(0.5, 4.0),
            path=EchoPath.random(random) if "echo" in kind else None,
            noise=random.uniform(-70, -50),
            reports=number % 2 == 1,
        )

    async def _sound(self, kind: Kind, number: int) -> tuple[str, Sound | None]:
        match kind:
            case "cough" | "cough over echo":
                return "cough", cough(self.random)
            case "backchannel":
                return await self._sign(number)
            case "echo":
                return "echo", None
            case _:
                return await self._words(number)

    async def _words(self, number: int) -> tuple[str, Sound]:
        """By turns another sentence, a recorded question, and, where there are some, a recorded person."""
        turn = number % (3 if self._people else 2)
        if turn == 0:
            text = self._asides[number % len(self._asides)]
            return text, await self._another(text)
        if turn == 1:
            name = self._questions[number % len(self._questions)]
            return QUESTIONS["en"][name], question("en", name)
        return self._people[int(self.random.integers(len(self._people)))]

    async def _sign(self, number: int) -> tuple[str, Sound]:
        """By turns a hum and a spoken sign of listening."""
        if number % 2 == 0:
            return "mm-hm", hum(self.random)
        text = _SIGNS[number // 2 % len(_SIGNS)]
        return text, await self._another(text)

    async def _another(self, text: str) -> Sound:
        """A voice 0.85 to 1.25 times as high as the synthesiser's, at 0.85 to 1.15 times its pace, louder or softer."""
        pitch = self.random.uniform(0.85, 1.25)
        sound = spoken_by_another(await self._speak(text, self.random.uniform(0.85, 1.15) / pitch), pitch)
        return louder(sound, self.random.uniform(-12, 0))
