"""Say plainly whether something is over, before what an author wrote of it for another moment. Pure."""

from __future__ import annotations

from npc_engine.core.clauses import joined
from npc_engine.core.known import NOT_YET, QUEST, Known
from npc_engine.core.quest_questions import asks_done, asks_still
from npc_engine.persona.base import Localised, localised

_IS_OVER: Localised = {"en": "That is done.", "zh": "那件事办完了。"}
_IS_NOT: Localised = {"en": "Not yet.", "zh": "还没有。"}


def told(known: Known, line: str, language: str) -> str:
    """A fact as it is told to who says `line`: *Not yet. The pump still does not run.* to who asks whether it is done,
    and not to who asks whether it still stands still."""
    text = localised(known.entry.text, language)
    answer = _answer(known, line)
    # a line for every language may be in any
    is_led = answer is not None and language in answer and language in known.entry.text and not asks_still(line)
    return joined([answer[language], text]) if answer and is_led else text


def _answer(known: Known, line: str) -> Localised | None:
    if known.id.endswith(NOT_YET):
        return _IS_NOT if asks_done(line) else None
    is_end = known.id.startswith(QUEST) and "." not in known.id.removeprefix(QUEST)
    return _IS_OVER if is_end else None
