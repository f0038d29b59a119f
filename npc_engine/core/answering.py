"""Think out how a line is answered: with which facts, with whose own words, and what it would move.

A plan may be thrown away, since the player may go on; only when the line was really said is it carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from npc_engine.core import quests
from npc_engine.core.actions import Call, Eligible, Person, Situation, eligible, grammar, is_legal, parse
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.facts import Chosen, facts_for
from npc_engine.core.feelings import shown
from npc_engine.core.guard import Guard
from npc_engine.core.hints import hint_for
from npc_engine.core.journal import ActionAsked, ActionEnded
from npc_engine.core.memory import memories, reminded
from npc_engine.core.plan import Plan, QuestMove
from npc_engine.core.prompt import Prompt, build_prompt, instructions
from npc_engine.core.quests import Status
from npc_engine.core.scene import Character
from npc_engine.persona.base import LocalisedList, in_language, localised
from npc_engine.persona.relationship import Show
from npc_engine.persona.world import PLAYER, Action, Beat, Fact
from npc_engine.protocol import Cue

Likeness = Callable[[str, Sequence[str]], Sequence[float]]
"""How alike in meaning a line is to each of some texts, from -1 to 1."""


DECISION_TOKENS = 40
"""Far more than any call needs; the grammar ends it."""


def no_likeness(line: str, texts: Sequence[str]) -> Sequence[float]:
    """What counts without a model of meaning: words alone decide."""
    return [0.0] * len(texts)


class Answering:
    """Plans for the lines of one player."""

    def __init__(self, player_name: str, likeness: Likeness = no_likeness) -> None:
        self._player_name = player_name
        self._likeness = likeness

    def plan(self, chronicle: Chronicle, character: Character, line: str, language: str) -> Plan:
        """How the character would answer the line."""
        moved = self._quest(chronicle, character, line, language)
        if moved:
            return moved
        shows = shown(character.persona.relationship, chronicle.state.of(character))
        chosen = self._facts(chronicle, character, line, language)
        exact = chosen.facts[0] if chosen.verbatim else None
        return Plan(
            facts=() if exact else chosen.facts or self._memories(chronicle, character, line, language),
            told=_private(chronicle, character, language),
            exact=exact,
            mood=tuple(localised(show.text, language) for show in shows if show.text),
            shows=tuple(_cue(show) for show in shows if show.emotion),
            may_do=self._may_do(chronicle, character, line, language),
        )

    def decision(self, waiting: Prompt, line: str, plan: Plan, language: str) -> Prompt:
        """Ask the model which of the legal actions the line asks for, if any."""
        choices = "; ".join(localised(each.action.description, language) for each in plan.may_do)
        asked = build_prompt(waiting, line, (choices,), language)
        return replace(asked, grammar=grammar(plan.may_do), max_tokens=DECISION_TOKENS, temperature=0.0, quotable="")

    def chosen(self, decision: str, plan: Plan) -> Call | None:
        """The legal action that the model chose, or None."""
        return parse(decision, plan.may_do)

    def legal(self, chronicle: Chronicle, character: Character, call: Call) -> Action | None:
        """The action, if the game may still be asked for it in the state of this moment."""
        actions = character.persona.setting.actions
        situation = self._situation(chronicle, character, character.persona.languages[0])
        if not is_legal(call, actions, situation):
            return None
        return next(action for action in actions if action.name == call.name)

    def result(self, character: Character, asked: ActionAsked, ended: ActionEnded, language: str) -> str:
        """What came of an action, as a fact for the character who asked for it."""
        action = next(action for action in character.persona.setting.actions if action.name == asked.name)
        text = localised(action.done if ended.status == "done" else action.refused, language)
        names = {thing.id: in_language(thing.names, language)[0] for thing in character.persona.setting.things}
        said = {name: names.get(str(value), str(value)) for name, value in asked.args.items()}
        result = text.format_map(said)
        return f"{result} {ended.detail}" if ended.detail and ended.status != "failed" else result

    def gate(self, chronicle: Chronicle, character: Character, plan: Plan, language: str) -> Guard:
        """What a clause of the reply must pass before it is spoken."""
        return Guard(character.persona, instructions(character.persona, language), plan.facts)

    def _facts(self, chronicle: Chronicle, character: Character, line: str, language: str) -> Chosen:
        return facts_for(
            chronicle.view(character).tellable(),
            chronicle.story.values,
            character.persona,
            line,
            language,
            len(chronicle.story.lines),
            _hint(chronicle, character, line, language),
        )

    def _memories(self, chronicle: Chronicle, character: Character, line: str, language: str) -> tuple[str, ...]:
        """What the line reminds the character of, where no fact answers it."""
        found = memories(chronicle.story, character.actor_id, language, self._player_name)
        return reminded(found, line, len(chronicle.story.lines), self._likeness)

    def _quest(self, chronicle: Chronicle, character: Character, line: str, language: str) -> Plan | None:
        """What the player's words do to a quest, judged by them alone: ask for a task, accept it, turn it down, or say
        that it is done, which only the game knows."""
        state = chronicle.state
        for quest in state.quests_of(character):
            statuses = state.statuses(quest)
            for beat in quests.legal(quest, statuses, state.value):
                for examples, answers, status in _ways(beat, offered=statuses.get(beat.id) == "offered"):
                    if self._says(line, examples):
                        written = in_language(answers, language) or (localised(beat.objective, language),)
                        return Plan(exact=_in_turn(written, chronicle), move=QuestMove(quest, beat, status))
            for beat in quests.active(quest, statuses):
                early = in_language(beat.lines.early, language)
                if early and self._says(line, beat.says.finish):
                    return Plan(exact=_in_turn(early, chronicle))
        return None

    def _may_do(self, chronicle: Chronicle, character: Character, line: str, language: str) -> tuple[Eligible, ...]:
        situation = self._situation(chronicle, character, language)
        found = eligible(character.persona.setting.actions, situation)
        return tuple(each for each in found if self._says(line, each.action.asks))

    def _situation(self, chronicle: Chronicle, character: Character, language: str) -> Situation:
        state = chronicle.state
        others = [_person(each) for each in chronicle.scene if each is not character]
        player = Person(PLAYER, PLAYER, (self._player_name,))
        return Situation(_person(character), (player, *others), tuple(state.things), state.of(character), language)

    def _says(self, line: str, examples: LocalisedList) -> bool:
        return any(line.casefold() == each.casefold() for several in examples.values() for each in several)


def _ways(beat: Beat, offered: bool) -> Iterator[tuple[LocalisedList, LocalisedList, Status]]:
    """What a player may say to a beat that may begin, what is answered, and how the beat stands then."""
    if offered:
        yield beat.says.accept, beat.lines.accepted, "active"
        yield beat.says.refuse, beat.lines.refused, "refused"
    yield beat.says.ask, beat.lines.offered, "offered"


def _person(character: Character) -> Person:
    return Person(character.actor_id, character.role, tuple(character.persona.name.values()))


def _private(chronicle: Chronicle, character: Character, language: str) -> tuple[tuple[str, str], ...]:
    """The facts that this character may tell and that not everybody knows."""
    tellable = chronicle.view(character).tellable()
    facts = [known.entry for known in tellable if isinstance(known.entry, Fact) and known.entry.known_by]
    return tuple((fact.id, localised(fact.text, language)) for fact in facts)


def _cue(show: Show) -> Cue:
    return Cue(t_ms=0, kind="emotion", value=show.emotion or "", weight=show.weight)


def _in_turn(written: tuple[str, ...], chronicle: Chronicle) -> str:
    return written[len(chronicle.story.lines) % len(written)]


def _hint(chronicle: Chronicle, character: Character, line: str, language: str) -> str | None:
    """What helps a player who is stuck in a quest that the character speaks of."""
    told = {fact for spoken in chronicle.story.lines for fact in spoken.facts}
    hints = (hint_for(beat, line, language, told) for beat in chronicle.state.beats(character))
    return next((hint for hint in hints if hint), None)
