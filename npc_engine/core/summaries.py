"""Let characters sum up, while nobody speaks, what they heard and what their prompts hold no longer.

A summary cites the lines that it rests on, and says nothing that is not in them: what a model adds is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npc_engine.core.chronicle import Chronicle
from npc_engine.core.commands import Cancel, Command, Summarise
from npc_engine.core.events import GenerationEnded, TextGenerated
from npc_engine.core.journal import Spoken, Summarised
from npc_engine.core.memory import importance, topic_words
from npc_engine.core.prompt import Prompt, PromptLine, recent
from npc_engine.core.scene import Character
from npc_engine.core.work import Work

LINES = 12
"""That have left a character's prompt before they are worth a summary."""
GROUNDED = 0.8
"""Share of a summary's telling words that its lines must have; the rest are words that hold a sentence together."""
_ASK = {"zh": "用一句话概括玩家告诉你的最重要的事，只用上面说过的话。"}
_ASK_ELSEWHERE = "In one sentence, what is the most important thing that the player told you? Use only what was said."


@dataclass
class _UnderWay:
    work: int
    actor_id: str
    lines: Sequence[Spoken]
    since: int
    until: int
    text: str = ""


class Summaries:
    """The summary that is being made, if one is."""

    def __init__(self, work: Work, session_id: str) -> None:
        self._work = work
        self._session_id = session_id
        self._under_way: _UnderWay | None = None
        self._lines = 0
        """How many the story had when this was looked at last: most events add none."""

    def begin(self, chronicle: Chronicle, language: str) -> list[Command]:
        """Have the next summary made that is due, unless one is under way."""
        if self._under_way or self._lines == len(chronicle.story.lines):
            return []
        self._lines = len(chronicle.story.lines)
        for character in chronicle.scene:
            due = _due(chronicle, character)
            if due:
                since, until, lines = due
                self._under_way = _UnderWay(self._work.number(), character.actor_id, lines, since, until)
                prompt = _prompt(f"{self._session_id}/summary", character, lines, language)
                return [Summarise(self._under_way.work, prompt)]
        return []

    def abandon(self) -> list[Command]:
        """Somebody speaks, or the story is another: what was begun is thrown away."""
        self._lines = 0
        return self.fail()

    def fail(self) -> list[Command]:
        """The summary is lost; the next line that is spoken is time enough to try again."""
        under_way, self._under_way = self._under_way, None
        return [Cancel(under_way.work)] if under_way else []

    def owns(self, work: int) -> bool:
        """Whether the work is the summary's."""
        return self._under_way is not None and self._under_way.work == work

    def take(self, event: TextGenerated | GenerationEnded, chronicle: Chronicle) -> None:
        """The model delivered."""
        assert self._under_way is not None
        if isinstance(event, TextGenerated):
            self._under_way.text += event.text
            return
        done, self._under_way = self._under_way, None
        text = done.text.strip()
        kept = text if _is_grounded(text, done.lines) else max(done.lines, key=importance).text
        self._lines = 0
        chronicle.record(Summarised(actor_id=done.actor_id, text=kept, since=done.since, until=done.until))


def _due(chronicle: Chronicle, character: Character) -> tuple[int, int, list[Spoken]] | None:
    """The lines that the character heard and has not summed up, once enough of them have left its prompt."""
    story, actor = chronicle.story, character.actor_id
    heard = [(place, line) for place, line in enumerate(story.lines) if actor in line.heard_by]
    since = max((each.until for each in story.summaries.get(actor, [])), default=0)
    old = heard[: len(heard) - len(recent([line for _, line in heard]))]
    left = [(place, line) for place, line in old if place >= since and line.actor_id != actor]
    if len(left) < LINES:
        return None
    return left[0][0], left[-1][0] + 1, [line for _, line in left]


def _prompt(conversation: str, character: Character, lines: Sequence[Spoken], language: str) -> Prompt:
    told = "\n".join(f"{line.name}: {line.text}" if line.name else f"({line.text})" for line in lines)
    asked = f"{told}\n\n{_ASK.get(language, _ASK_ELSEWHERE)}"
    system = PromptLine("system", character.name(language))
    return Prompt(conversation, (system, PromptLine("user", asked)), shared=0, max_tokens=60, temperature=0.0)


def _is_grounded(text: str, lines: Sequence[Spoken]) -> bool:
    words = topic_words([text])
    return bool(words) and len(words & topic_words(line.text for line in lines)) >= GROUNDED * len(words)
