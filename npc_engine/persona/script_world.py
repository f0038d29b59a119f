"""Make a world of a dialogue script: passages become beats, choices what a player says, answers facts or lines.

How Ink's and Yarn's ways map is told to writers in docs/worlds.md. What has no place is named, with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from npc_engine.errors import InvalidFile
from npc_engine.persona.script import Choice, Condition, Jump, Line, Passage, Script, beat_id, both


@dataclass
class ImportedWorld:
    """A world made of a script."""

    data: dict[str, Any]
    """As it stands in a world file."""
    notes: list[tuple[int, str]] = field(default_factory=list)
    """What of the script was left out or changed: line, and what."""


def world_of(script: Script, title: str, giver: Sequence[str] = ()) -> ImportedWorld:
    """The world of a script; `title` names it where the script does not, and `giver` are the personas who speak.

    Raises `InvalidFile` where two passages would become the same beat.
    """
    return _Converter(script, title, tuple(giver)).convert()


@dataclass
class _Beat:
    """A beat in the making."""

    passage: Passage
    after: str | None = None
    """The beat before it; empty where it is offered from the beginning, None where nothing leads to it."""
    when: Condition = field(default_factory=list)
    accept: list[Choice] = field(default_factory=list)
    refuse: list[Choice] = field(default_factory=list)
    finish: list[Choice] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    offered: str = ""
    accepted: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)


class _Converter:
    def __init__(self, script: Script, title: str, giver: tuple[str, ...]) -> None:
        self._script = script
        self._title = next(iter(script.tags.get("title", [])), title)
        self._quest = beat_id(title)
        self._giver = giver
        self._notes = list(script.notes)
        self._passages = {passage.name: passage for passage in script.passages}
        self._opening: Passage | None = None
        """Where beats are offered from the beginning, and which is none itself."""
        self._beats: dict[str, _Beat] = {}
        self._facts: list[dict[str, Any]] = []

    def convert(self) -> ImportedWorld:
        first = self._beginning()
        if first is not None:
            self._walk(first)
        self._leave_out()
        beats = [self._data(beat) for beat in self._beats.values()]
        self._distinct()
        facts = [{"id": f"fact_{number}", **fact} for number, fact in enumerate(self._facts, 1)]
        quest = {
            "id": self._quest,
            "name": self._title,
            "goal": self._goal(),
            "giver": list(self._giver),
            "beats": beats,
        }
        quests = [_filled(quest)] if beats else []
        data = {"name": self._title, "state": self._script.state, "facts": facts, "quests": quests}
        return ImportedWorld(_filled(data), sorted(set(self._notes)))

    def _note(self, number: int, words: str) -> None:
        self._notes.append((number, words))

    def _beginning(self) -> Passage | None:
        """Where the script begins: past a passage that only leads on."""
        passage = next(iter(self._script.passages), None)
        seen: set[str] = set()
        while passage and not passage.lines and not passage.choices and passage.name not in seen:
            seen.add(passage.name)
            target = next((jump.target for jump in passage.jumps if not jump.when), None)
            passage = self._passages.get(target, passage) if target else passage
        return passage

    def _walk(self, first: Passage) -> None:
        """Make beats of all that can be reached, in the order in which it is."""
        offers = any(choice.target not in (None, first.name) and not choice.when for choice in first.choices)
        self._opening = first if offers else None
        if not offers:
            self._beats[first.name] = _Beat(first, "", first.when)
        left, seen = [first], {first.name}
        while left:
            passage = left.pop(0)
            for target in self._leads(passage):
                if target.name not in seen:
                    seen.add(target.name)
                    left.append(target)
        for passage in self._script.passages:
            if passage.name in seen:
                self._speech(passage)

    def _leads(self, passage: Passage) -> Iterator[Passage]:
        """The passages that this one newly leads to, with its choices and jumps put where they belong."""
        for choice in passage.choices:
            if choice.role == "refuse":
                continue
            beat = self._led(passage, choice)
            if beat is not None and choice.when and passage is not self._opening:
                self._beats[passage.name].finish.append(choice)
            elif beat is not None:
                beat.accept.append(choice)
            if beat is not None:
                yield beat.passage
        for jump in passage.jumps:
            beat = self._led(passage, jump)
            if beat is not None:
                yield beat.passage

    def _led(self, passage: Passage, way: Choice | Jump) -> _Beat | None:
        """The beat that a choice or jump leads to; None where it leads nowhere, or back."""
        target = self._passages.get(way.target) if way.target else None
        if way.target and target is None:
            self._note(way.number, f"'{way.target}' is not imported, so nothing leads there")
        if target is None or target is passage:
            return None
        after = "" if passage is self._opening else passage.name
        if target is self._opening or target.name in self._before(after):
            self._note(way.number, f"the way back to '{target.name}' is left out: beats only go on")
            return None
        beat = self._beats.get(target.name)
        if beat is None:
            when = both(way.when, target.when)
            if when is None:
                self._note(way.number, f"the condition of '{target.name}' is not imported: it contradicts itself")
            beat = self._beats[target.name] = _Beat(target, after, when or [])
        elif beat.after != after:
            kept = beat.after or "the beginning"
            self._note(way.number, f"'{target.name}' comes after '{kept}' already; a second way to it is left out")
            return None
        elif way.when != beat.when:
            self._note(way.number, f"a second condition for '{target.name}' is left out")
        return beat

    def _before(self, name: str) -> Iterator[str]:
        """The beat with this name and all before it."""
        while name:
            yield name
            name = self._beats[name].after or ""

    def _speech(self, passage: Passage) -> None:
        """Put what is said where it belongs, once all ways are known."""
        beat = self._beats.get(passage.name)
        facts = beat.facts if beat else self._facts
        offered = [
            other for other in self._beats.values() if other.accept and other.after == (passage.name if beat else "")
        ]
        said = _joined(line for line in passage.lines if not line.when)
        facts += [_filled({"text": line.text, "when": line.when}) for line in passage.lines if line.when]
        if beat and beat.accept:
            beat.accepted.append(said)
        elif beat and beat.after:
            self._beats[beat.after].done.append(said)
        elif beat and said:
            facts.append({"text": said})
        for other in offered:
            other.offered = "" if beat else said
        for choice in passage.choices:
            self._answer(choice, beat, facts, offered)

    def _answer(self, choice: Choice, beat: _Beat | None, facts: list[dict[str, Any]], offered: list[_Beat]) -> None:
        answer = _joined(choice.lines)
        if beat and choice in beat.finish:
            beat.done = [" ".join(filter(None, [answer, *beat.done]))]
        elif taken := next((other for other in offered if choice in other.accept), None):
            self._accepted(choice, taken, answer)
        elif offered and (choice.role == "refuse" or (choice.ends and not choice.when)):
            for other in offered:
                other.refuse.append(choice)
        elif beat and choice.role == "finish":
            beat.finish.append(choice)
            beat.early += [answer] if answer else []
        elif answer:
            facts.append(_filled({"asks": [choice.text], "text": answer, "verbatim": True, "when": choice.when}))
        else:
            self._note(choice.number, f"`{choice.text}` has no answer of its own and is left out")

    def _accepted(self, choice: Choice, taken: _Beat, answer: str) -> None:
        if answer and len(taken.accept) > 1:
            self._note(choice.number, f"`{answer}` is left out: all ways to accept get the same answer")
        elif answer:
            taken.accepted.insert(0, answer)

    def _leave_out(self) -> None:
        """Name the passages that nothing leads to."""
        reached = {*self._beats, *([self._opening.name] if self._opening else [])}
        for passage in self._script.passages:
            if passage.name not in reached and (passage.lines or passage.choices):
                self._note(passage.number, f"nothing leads to '{passage.name}'; it is left out, with all of it")

    def _data(self, beat: _Beat) -> dict[str, Any]:
        passage = beat.passage
        objective = next(iter(passage.tags.get("objective", [])), None) or next(
            (line.text for line in passage.lines), beat_id(passage.name).replace("_", " ")
        )
        says = {"accept": beat.accept, "refuse": beat.refuse, "finish": beat.finish}
        lines = {
            "offered": [beat.offered],
            "accepted": [" ".join(filter(None, beat.accepted))],
            "refused": [_joined(line for choice in beat.refuse for line in choice.lines)],
            "early": beat.early,
            "done": [" ".join(filter(None, beat.done))],
        }
        data = {
            "id": beat_id(passage.name),
            "after": [beat_id(beat.after)] if beat.after else [],
            "when": beat.when,
            "objective": objective,
            "facts": beat.facts,
            "hints": passage.tags.get("hint", []),
            "says": _filled({key: [choice.text for choice in choices] for key, choices in says.items()}),
            "lines": _filled({key: [text for text in texts if text] for key, texts in lines.items()}),
        }
        return {key: value for key, value in data.items() if value or key == "after"}

    def _distinct(self) -> None:
        lines: dict[str, int] = {"done": 0}
        for name, beat in self._beats.items():
            if beat_id(name) in lines:
                first = lines[beat_id(name)]
                other = f"the passage in line {first}" if first else "the end of a quest"
                raise InvalidFile(f"line {beat.passage.number}: '{name}' has the same id as {other}; rename it")
            lines[beat_id(name)] = beat.passage.number

    def _goal(self) -> str:
        goal = next(iter(self._script.tags.get("goal", [])), None)
        if goal is None:
            self._note(1, "there is no goal; the title stands for it: write one in a sentence")
        return goal or self._title


def _joined(lines: Iterable[Line]) -> str:
    return " ".join(line.text for line in lines)


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {key: value for key, value in data.items() if value not in ([], {}, "", None)}
