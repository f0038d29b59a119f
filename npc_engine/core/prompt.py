"""Build what the language model reads: what never changes first, to be evaluated once; what matters now last."""

from __future__ import annotations

from dataclasses import dataclass

from npc_engine.core.journal import Spoken
from npc_engine.core.language import language_of
from npc_engine.persona.base import localised
from npc_engine.persona.model import Persona

MAX_TOKENS = 160
"""Of one reply: about forty seconds of speech, far above what a persona is told to say."""
TEMPERATURE = 0.3
"""Low: facts are to be handed on, not embroidered."""
HISTORY_WIDTH = 3000
"""Characters of history that a prompt carries; when it is more, the older half is left out at once, so that what the
model has evaluated stays valid for many turns."""

STOP = ("\n", "[", "【")
"""A reply is one spoken paragraph; an opening bracket is the model echoing a fact's label."""
_END_MARKS = ".!。！ "
_FACT = {"zh": "{line}[回答：{facts}]", "ja": "{line}[回答：{facts}]"}
"""How facts stand beside a line. Behind it and labelled as the answer, a 0.5B model handed them on in 55 of 56
tries, in a bare bracket before the line in 42: with the questions of one persona, by which the form was chosen."""
_FACT_ELSEWHERE = "{line} [Answer: {facts}]"


@dataclass(frozen=True)
class PromptLine:
    """One message of a prompt."""

    role: str
    """`system`, `user` or `assistant`."""
    text: str


@dataclass(frozen=True)
class Prompt:
    """What the language model continues. The first `shared` lines are the same for all players of a persona."""

    conversation: str
    lines: tuple[PromptLine, ...]
    shared: int
    max_tokens: int = MAX_TOKENS
    temperature: float = TEMPERATURE
    open_ended: bool = False
    """The last line is still being spoken."""
    grammar: str = ""
    """GBNF that the answer must follow; empty for any words."""
    quotable: str = ""
    """What the answer is likely to repeat: the facts."""
    begins: str = ""
    """What the answer begins with; the model goes on from there."""


def instructions(persona: Persona, language: str) -> tuple[str, ...]:
    """The lines of the prompt that tell the model how to behave, and that nobody should hear."""
    style = (localised(persona.style, language),) if persona.style else ()
    never = localised(persona.never.rules, language) if persona.never.rules else ()
    return (*style, *never)


def stable_lines(persona: Persona, language: str) -> tuple[PromptLine, ...]:
    """The system message and the examples: the same for every player."""
    system = " ".join([localised(persona.description, language), *instructions(persona, language)])
    lines = [PromptLine("system", system)]
    for example in persona.examples:
        facts = (localised(example.fact, language),) if example.fact else ()
        lines.append(PromptLine("user", beside(localised(example.player, language), facts, language)))
        lines.append(PromptLine("assistant", localised(example.npc, language)))
    return tuple(lines)


def in_mood(line: str, mood: tuple[str, ...]) -> str:
    """The player's line behind what shows of the character's relationship to the player."""
    return " ".join([*(f"({shown})" for shown in mood), line])


def beside(line: str, facts: tuple[str, ...], language: str) -> str:
    """The player's line with the facts that matter to it."""
    if not facts:
        return line
    return _FACT.get(language, _FACT_ELSEWHERE).format(line=line, facts=_together(facts, language))


def _together(facts: tuple[str, ...], language: str) -> str:
    return ("" if language in _FACT else " ").join(facts)


def build_prompt(waiting: Prompt, line: str, facts: tuple[str, ...], language: str, quote: str = "") -> Prompt:
    """`waiting` continued by a line of the player, with the facts beside it.

    The answer begins with the `quote`, without the mark at its end: that is left to the model.
    """
    lines = _joined((*waiting.lines, PromptLine("user", beside(line, facts, language))), waiting.shared)
    begins = quote.rstrip(_END_MARKS)
    return Prompt(waiting.conversation, lines, waiting.shared, quotable=_together(facts, language), begins=begins)


def unfinished(waiting: Prompt, line: str) -> Prompt:
    """`waiting` continued by the beginning of a line: for evaluation ahead, not for an answer."""
    lines = _joined((*waiting.lines, PromptLine("user", line)), waiting.shared)
    return Prompt(waiting.conversation, lines, waiting.shared, open_ended=True)


def waiting_prompt(conversation: str, persona: Persona, language: str, lines: list[Spoken], actor_id: str) -> Prompt:
    """All of the next prompt that is known before the player speaks, out of the `lines` that the character heard."""
    stable = stable_lines(persona, language)
    # A small model that reads two languages answers in both at once.
    understood = [line for line in lines if actor_id in line.heard_by and language_of(line.text, language) == language]
    past = _history_lines(recent(understood), actor_id, language)
    return Prompt(conversation, _joined((*stable, *past), len(stable)), len(stable))


def recent(lines: list[Spoken]) -> list[Spoken]:
    """The end of the history, as a prompt holds it.

    What is left out depends on earlier lines alone: it grows seldom, by half.
    """
    start, width = 0, 0
    for end, line in enumerate(lines, 1):
        width += _width(line)
        if width > HISTORY_WIDTH:
            start = (start + end + 1) // 2
            width = sum(map(_width, lines[start:end]))
    return lines[start:]


def _width(line: Spoken) -> int:
    return len(line.text) + sum(map(len, line.facts))


def _history_lines(heard: list[Spoken], actor_id: str, language: str) -> list[PromptLine]:
    lines = []
    for line in heard:
        if line.actor_id == actor_id:
            lines.append(PromptLine("assistant", line.text))
        elif line.is_event:
            lines.append(PromptLine("user", f"({line.text})"))
        elif line.actor_id is None:
            lines.append(PromptLine("user", beside(in_mood(line.text, line.mood), line.facts, language)))
        else:
            lines.append(PromptLine("user", f"{line.name}: {line.text}"))
    return lines


def _joined(lines: tuple[PromptLine, ...], keep: int) -> tuple[PromptLine, ...]:
    """Neighbours of one role as one message: chat models are trained on roles that alternate."""
    joined = list(lines[:keep])
    for line in lines[keep:]:
        if len(joined) > keep and joined[-1].role == line.role:
            joined[-1] = PromptLine(line.role, f"{joined[-1].text}\n{line.text}")
        else:
            joined.append(line)
    return tuple(joined)
