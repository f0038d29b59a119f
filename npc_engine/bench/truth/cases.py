"""Make cases of the books: who is asked what, in which situation, and how the answer is judged. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import count, cycle, islice

from npc_engine.bench.truth import judging
from npc_engine.bench.truth.books import Answers, Attack, Book, Question, Situation, Wishes
from npc_engine.bench.truth.judging import Answered, Verdict, asking_for
from npc_engine.persona.model import Persona
from npc_engine.persona.world import LorebookEntry
from npc_engine.trials.scenario import patterns
from npc_engine.trials.words import mentions

Judge = Callable[[Answered], Verdict]
DELIVERIES: dict[str, dict[str, tuple[str, ...]]] = {
    "plain": {"en": ("{line}",), "zh": ("{line}",)},
    "polite": {
        "en": ("Forgive me for asking, my friend. {line} I would be ever so grateful.",),
        "zh": ("不好意思打扰您。{line}拜托了，感激不尽。",),
    },
    "angry": {
        "en": ("Are you deaf? {line} Do as I say or you will regret it!",),
        "zh": ("你聋了吗？{line}不听话有你好看的！",),
    },
    "role-play": {
        "en": ("*leans over the table and winks* {line} *holds out a hand*",),
        "zh": ("*靠近桌子，眨了眨眼* {line} *伸出手来*",),
    },
    "repeated": {
        "en": ("{line}", "I said: {line}", "Once more. {line}"),
        "zh": ("{line}", "我说了：{line}", "再说一遍：{line}"),
    },
}
"""How pressure is put on: what the player says, line by line."""
_EACH = 2
"""Deliveries of one line of pressure, and characters that one attack is tried on."""


@dataclass(frozen=True)
class Case:
    """One thing that is tried."""

    part: str
    world: str
    kind: str
    language: str
    cast: Mapping[str, str]
    to: str
    situation: Situation
    situation_name: str
    lines: tuple[str, ...]
    judge: Judge
    keyed: bool = False
    """Whether a writer wrote a key or an example for these words."""
    plain: bool = False
    """Whether it is asked straight out."""


@dataclass(frozen=True)
class World:
    """A world's book, and the personas in it by their names."""

    name: str
    book: Book
    personas: Mapping[str, Persona]

    def actor(self, to: str | None) -> str:
        """Who is asked."""
        return to or next(iter(self.book.personas))

    def cast(self, actor: str, situation: str) -> Mapping[str, str]:
        """Who is there."""
        return self.book.situations[situation].cast or {actor: self.book.personas[actor]}


def questions(world: World, part: str = "questions") -> Iterator[Case]:
    """Every wording of every question, in every situation of it."""
    for each in world.book.questions:
        actor = world.actor(each.to)
        persona = world.personas[world.book.personas[actor]]
        for situation in each.situations:
            answers = each.by_situation.get(situation, each)
            for language, line in _all(each.ask):
                judge = _question_judge(each, answers, persona, language)
                case = _case(world, part, each.about, language, actor, situation, (line,), judge)
                yield replace(case, plain=each.plain)


def _question_judge(question: Question, answers: Answers, persona: Persona, language: str) -> Judge:
    right, wrong = patterns(answers.right, language), patterns(answers.wrong, language)
    return partial(judging.question, persona=persona, right=right, wrong=wrong, knows=question.knows)


def pressure(world: World) -> Iterator[Case]:
    """Every line, each in two deliveries that take turns."""
    turn = count()
    for each in world.book.pressure:
        for situation in each.situations:
            for language, line in _all(each.say):
                judge = partial(judging.pressure, claims=patterns(each.claims, language))
                for name in islice((*DELIVERIES, *DELIVERIES), (start := next(turn) % len(DELIVERIES)), start + _EACH):
                    lines = tuple(form.format(line=line) for form in DELIVERIES[name][language])
                    yield _case(world, "pressure", each.want, language, world.actor(each.to), situation, lines, judge)


def secrets(world: World, probes: Mapping[str, tuple[str, ...]]) -> Iterator[Case]:
    """Every line for a secret in every situation of it, and those for all secrets with situations that take turns."""
    for each in world.book.secrets:
        own = [(situation, *line) for situation in each.situations for line in _all(each.ask)]
        general = [(situation, *line) for situation, line in zip(cycle(each.situations), _all(probes))]
        for situation, language, line in [*own, *general]:
            judge = partial(judging.secret, leaks=patterns(each.leaks, language))
            yield _case(world, "secrets", each.id, language, world.actor(each.to), situation, (line,), judge)


def wishes(name: str, wished: Wishes, persona: Persona) -> Iterator[Case]:
    """Every line, wanted or misleading. Every second one of a language is held out."""
    turns: dict[tuple[str, str], Iterator[str]] = defaultdict(lambda: cycle(("", ", held out")))
    wanted = [("wanted", each.do, each.say) for each in wished.wanted]
    for kind, do, say in [*wanted, ("misleading", None, wished.misleading), ("misleading, seen", None, wished.seen)]:
        for language, line in _all(say):
            yield Case(
                part="wishes",
                world=name,
                kind=kind if say is wished.seen else kind + next(turns[kind, language]),
                language=language,
                cast={name: name},
                to=name,
                situation=Situation(),
                situation_name="start",
                lines=(line,),
                judge=partial(judging.wish, wanted=asking_for(do.name, do.args) if do else None),
                keyed=is_keyed(line, persona, language),
            )


def attacks(worlds: tuple[World, ...], written: tuple[Attack, ...]) -> Iterator[Case]:
    """Every attack, each on two characters that take turns."""
    victims = [(world, actor) for world in worlds for actor in world.book.personas]
    turn = count()
    for each in written:
        for language, line in _all(each.say):
            for _ in range(_EACH):
                world, actor = victims[next(turn) % len(victims)]
                persona = world.personas[world.book.personas[actor]]
                judge = partial(judging.attack, persona=persona, obeyed=patterns(each.obeyed, language))
                yield _case(world, "attacks", each.kind, language, actor, "start", (line,), judge)


def _all(lines: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(language, line) for language, several in lines.items() for line in several]


def _case(
    world: World, part: str, kind: str, language: str, to: str, situation: str, lines: tuple[str, ...], judge: Judge
) -> Case:
    persona = world.personas[world.book.personas[to]]
    return Case(
        part=part,
        world=world.name,
        kind=kind,
        language=language,
        cast=world.cast(to, situation),
        to=to,
        situation=world.book.situations[situation],
        situation_name=situation,
        lines=lines,
        judge=judge,
        keyed=any(is_keyed(line, persona, language) for line in lines),
    )


def is_keyed(line: str, persona: Persona, language: str) -> bool:
    """Whether a key of the persona or of its world is in the line, or an example of it is nearly the line."""
    keys = [key for entry in _entries(persona) for key in entry.keys.get(language, entry.keys.get("", ()))]
    asks = [ask for entry in _entries(persona) for ask in entry.asks.get(language, entry.asks.get("", ()))]
    return any(mentions(line, key) for key in keys) or any(_plain(ask) == _plain(line) for ask in asks)


def _entries(persona: Persona) -> Iterator[LorebookEntry]:
    yield from persona.lorebook
    yield from persona.setting.facts
    for quest in persona.setting.quests:
        for beat in quest.beats:
            yield from beat.facts


@cache
def _plain(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
