"""Engines without models, for tests, for `--fake`, and for a client author's first hour. Same input, same output."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from npc_engine.engines import gbnf
from npc_engine.engines.base import Cancelled, GenerationRequest, Speech, Timed, Transcript

RATE = 16000
SECONDS_PER_LETTER = 0.05
CLICK = 8
"""Samples."""
_ANSWER = re.compile(r"\[(?:Answer: |回答：)(.*)\]$", re.DOTALL)


class ScriptedVoiceActivity:
    """Takes everything that is not quiet for speech."""

    window = 512

    def __init__(self) -> None:
        self._rest: dict[str, bytes] = {}

    def score(self, stream: str, pcm: bytes) -> list[float]:
        """1.0 for windows with an RMS above 1 % of full scale, else 0.0."""
        pcm = self._rest.pop(stream, b"") + pcm
        whole = len(pcm) // (2 * self.window) * 2 * self.window
        self._rest[stream] = pcm[whole:]
        windows = np.frombuffer(pcm[:whole], np.int16).reshape(-1, self.window).astype(np.float64)
        return [float(level) for level in np.sqrt((windows**2).mean(axis=1)) > 327]

    def close(self, stream: str) -> None:
        """Forget the stream."""
        self._rest.pop(stream, None)


class ScriptedRecogniser:
    """Hears the lines of its script, one after the other, over and over."""

    def __init__(self, lines: Sequence[str] = ("Where am I?",), language: str = "en") -> None:
        self._lines = itertools.cycle(lines)
        self._line, self._beginning = "", b""
        self._language = language

    def transcribe(self, pcm: bytes, language: str | None, hotwords: Sequence[str]) -> Transcript:
        """The script's next line, the same for more of the same speech; nothing for quiet audio."""
        loud = len(pcm) > 1 and np.abs(np.frombuffer(pcm, np.int16)).max() > 327
        if not loud:
            return Transcript("", language or self._language)
        beginning = pcm[: RATE // 2]
        self._line = self._line if beginning == self._beginning else next(self._lines)
        self._beginning = beginning
        return Transcript(self._line, language or self._language)


class ScriptedTurnJudge:
    """Takes whatever is followed by `pause` seconds of quiet for finished."""

    def __init__(self, pause: float = 0.15) -> None:
        self._pause = pause

    def judge(self, pcm: bytes) -> float:
        """1.0 when all samples of the last `pause` seconds are below 1 % of full scale, else 0.0."""
        end = np.frombuffer(pcm[: len(pcm) // 2 * 2], np.int16)[-round(self._pause * RATE) :].astype(np.int32)
        return float(not len(end) or np.abs(end).max() < 327)


class ScriptedLanguageModel:
    """Answers from a mapping of lines to replies; else with the facts beside the line; else by repeating the line.

    Where a grammar is to be followed, it takes the first alternative that the last row of the line mentions, by a word
    of its own or of its arguments, else the first: which is `none` for actions. A free text is all that was said.
    """

    concurrency = 16

    def __init__(self, replies: Mapping[str, str] | None = None) -> None:
        self._replies = replies or {}

    def generate(self, request: GenerationRequest, cancelled: Cancelled) -> Iterator[str]:
        """Yield the reply word by word."""
        line = request.messages[-1].text
        reply = _spelled(request.grammar, line) if request.grammar else self._reply(line)
        if request.begins:
            reply = reply.removeprefix(request.begins) if reply.startswith(request.begins) else "."
        for piece in re.findall(r"\S+\s*", reply):
            if cancelled():
                return
            yield piece

    def prepare(self, request: GenerationRequest, cancelled: Cancelled) -> None:
        """Nothing to prepare."""

    def pace(self, conversation: str, deadline: float) -> None:
        """Everything comes at once."""

    def share(self, left: int) -> None:
        """It takes no cores worth a mention."""

    def forget(self, conversation: str) -> None:
        """Nothing is held."""

    def _reply(self, line: str) -> str:
        facts = _ANSWER.search(line)
        said = _ANSWER.sub("", line).strip()
        return self._replies.get(said) or (facts[1] if facts else f"You said: {said}")


def _spelled(text: str, line: str) -> str:
    """What the grammar allows that comes nearest to the line."""
    grammar = gbnf.read(text)
    last = line.splitlines()[-1]
    said = last.casefold()

    def words(alternative: gbnf.Alternative) -> set[str]:
        found = set[str]()
        for token in alternative:
            if token in grammar:
                found |= set().union(*map(words, grammar[token]))
            elif token.startswith('"'):
                found |= set(re.findall(r"[^\W_]+", gbnf.literal(token).casefold()))
        return found

    def choose(_: str, alternatives: Sequence[gbnf.Alternative]) -> int:
        mentioned = (number for number, each in enumerate(alternatives) if any(word in said for word in words(each)))
        return next(mentioned, 0)

    return gbnf.spell(grammar, choose, words=last.partition(": ")[2])


class ScriptedSynthesiser:
    """Speaks a tone, as long as the text: every word and letter at its place on the timeline."""

    def synthesise(self, text: str, language: str, voice: str, speed: float) -> Speech:
        """A 220 Hz tone of `SECONDS_PER_LETTER` per letter."""
        words: list[Timed] = []
        visemes: list[Timed] = []
        at = 0.0
        for word in text.split():
            duration = len(word) * SECONDS_PER_LETTER / speed
            words.append(Timed(word.strip(".,!?\"'，。！？"), at, duration))
            visemes.append(Timed("aa" if len(visemes) % 2 == 0 else "PP", at, duration))
            at += duration
        samples = round(at * RATE)
        tone = np.sin(np.arange(samples) * (2 * np.pi * 220 / RATE)) * 8000
        return Speech(tone.astype(np.int16).tobytes(), RATE, tuple(words), tuple(visemes))


class ScriptedClicker(ScriptedSynthesiser):
    """Is silent but for a click at the beginning of each viseme, so that its place can be heard."""

    def synthesise(self, text: str, language: str, voice: str, speed: float) -> Speech:
        """As long as the tone would be."""
        speech = super().synthesise(text, language, voice, speed)
        samples = np.zeros(len(speech.pcm) // 2, np.int16)
        for viseme in speech.visemes:
            at = round(viseme.start * RATE)
            samples[at : at + CLICK] = 24000
        return Speech(samples.tobytes(), RATE, speech.words, speech.visemes)
