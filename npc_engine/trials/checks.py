"""Compare what came of a step with what was expected. Pure: knows neither sessions nor files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from npc_engine.core.language import language_of
from npc_engine.persona.model import Persona
from npc_engine.protocol import ActionRequested, Value
from npc_engine.trials import judges
from npc_engine.trials.scenario import Asked, Expect, patterns
from npc_engine.trials.stage import Outcome
from npc_engine.trials.words import mentions, says


@dataclass(frozen=True)
class Check:
    """One assertion, and what came of it."""

    what: str
    """Such as `says 'saloon'`: the same in every run, so that runs can be compared."""
    passed: bool
    found: str = ""
    """What was there instead."""


@dataclass(frozen=True)
class Seen:
    """All that a step is judged by."""

    outcome: Outcome
    before: Mapping[str, Value]
    after: Mapping[str, Value]
    """The state."""
    personas: Mapping[str, Persona]
    """By actor."""
    language: str


def check(expect: Expect, seen: Seen, timing: bool = False) -> list[Check]:
    """Every assertion of a step. With `timing`, slowness is a failure."""
    return [
        *_errors(seen),
        *_said(expect, seen),
        *_unknown(expect, seen),
        *_facts(expect, seen),
        *_actions(expect, seen),
        *_state(expect, seen),
        *_speakers(expect, seen),
        *_language(expect, seen),
        *(_in_character(seen) if expect.in_character else ()),
        *(_timing(expect, seen) if timing else ()),
    ]


def _errors(seen: Seen) -> Iterator[Check]:
    for error in seen.outcome.errors:
        yield Check(f"no error {error.code}", False, error.message)


def _said(expect: Expect, seen: Seen) -> Iterator[Check]:
    if expect.said is None:
        return
    text = seen.outcome.text
    for pattern in patterns(expect.said.all, seen.language):
        yield Check(f"says '{pattern}'", says(text, pattern), text)
    if any_of := patterns(expect.said.any, seen.language):
        yield Check(f"says one of {_quoted(any_of)}", any(says(text, pattern) for pattern in any_of), text)
    for pattern in patterns(expect.said.none, seen.language):
        yield Check(f"does not say '{pattern}'", not says(text, pattern), text)


def _unknown(expect: Expect, seen: Seen) -> Iterator[Check]:
    if expect.unknown is not None:
        admits = any(judges.admits_ignorance(each.text, seen.personas[each.actor_id]) for each in seen.outcome.spoken)
        what = "says that it does not know" if expect.unknown else "has an answer"
        yield Check(what, admits == expect.unknown, seen.outcome.text)


def _facts(expect: Expect, seen: Seen) -> Iterator[Check]:
    used = seen.outcome.why.facts if seen.outcome.why else ()
    for pattern in patterns(expect.facts, seen.language):
        found = any(mentions(fact, pattern) for fact in used)
        yield Check(f"is given the fact '{pattern}'", found, _quoted(used) or "no fact")


def _actions(expect: Expect, seen: Seen) -> Iterator[Check]:
    if expect.actions is None:
        return
    asked = seen.outcome.asked
    found = ", ".join(f"{each.name} {each.args}" for each in asked) or "no action"
    if not expect.actions:
        yield Check("asks for no action", not asked, found)
        return
    fits = len(asked) == len(expect.actions) and all(map(_is_asked, expect.actions, asked))
    yield Check(f"asks for {', '.join(f'{each.name} {each.args}' for each in expect.actions)}", fits, found)


def _is_asked(wanted: Asked, asked: ActionRequested) -> bool:
    args = all(asked.args.get(name) == value for name, value in wanted.args.items())
    return asked.name == wanted.name and args and wanted.by in (None, asked.actor_id)


def _state(expect: Expect, seen: Seen) -> Iterator[Check]:
    wanted = {**{f"quest.{quest}": stage for quest, stage in expect.quest.items()}, **expect.state}
    for path, value in wanted.items():
        found = seen.after.get(path)
        yield Check(f"{path} is {value}", found == value, f"{found}")
    if expect.unchanged:
        changes = changed(seen.before, seen.after)
        yield Check("changes nothing", not changes, ", ".join(changes))


def changed(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """What differs between two states, a phrase each."""
    paths = dict.fromkeys([*before, *after])
    return [
        f"{path} from {before.get(path)} to {after.get(path)}" for path in paths if before.get(path) != after.get(path)
    ]


def _speakers(expect: Expect, seen: Seen) -> Iterator[Check]:
    if expect.answers is not None:
        who = tuple(each.actor_id for each in seen.outcome.spoken)
        yield Check(f"{_listed(expect.answers)} answers", who == expect.answers, f"{_listed(who)} answered")


def _language(expect: Expect, seen: Seen) -> Iterator[Check]:
    if expect.language:
        other = "en" if expect.language != "en" else "zh"
        found = {language_of(each.text, other) for each in seen.outcome.spoken}
        yield Check(f"answers in {expect.language}", found == {expect.language}, seen.outcome.text)


def _in_character(seen: Seen) -> Iterator[Check]:
    for each in seen.outcome.spoken:
        broken = judges.breaks(each.text, seen.personas[each.actor_id])
        yield Check("stays in character", not broken, f"{'; '.join(broken)} in: {each.text}" if broken else "")


def _timing(expect: Expect, seen: Seen) -> Iterator[Check]:
    took = seen.outcome.first_clause_ms
    if expect.within_ms and took is not None:
        yield Check(f"first clause within {expect.within_ms} ms", took <= expect.within_ms, f"{took} ms")


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts)


def _listed(actors: Sequence[str]) -> str:
    return ", ".join(actors) or "nobody"
