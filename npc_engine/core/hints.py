"""Help a player who is stuck in a quest: each time they say so, the next and plainer hint of the beat. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from npc_engine.core.intent import Intent
from npc_engine.persona.base import localised
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import Beat

_STUCK = re.compile(
    r"\b(?:hints?|clues?|nudges?|stuck|give up|giving up|no idea|no clue|can(?:'t|not| not) find"
    r"|any ideas?(?! (?:where|who|whose|when|why|which)))\b"
    r"|\b(?:don't|do not|dont|not sure) (?:know )?(?:what|where|how)"
    r"(?: (?:i|to|next|else|should|do|go|look|find|can))+\b"
    r"|提示|线索|卡住|卡在|卡关|没有?头绪|想不(?:出|到|明白)|找不到|放弃|搞不懂"
    r"|不知道(?:该|要|应该)?(?:怎么|去哪|往哪|在哪|做什么|干什么|如何)",
    re.IGNORECASE,
)
"""Words of somebody who doesn't get on. Not `help me`: that is said in the first minute already."""


_WHOM = re.compile(
    r"\bwho(?:m|'s)?(?:,? pray,?)? (?:else )?"
    r"(?:(?:(?:should|must|do|can|could|shall|might|had|ought) i|to) (?:better |to )?"
    r"(?:go to |go and |try and |go )?(?:ask|pester|talk|speak|turn|question|bother|bug|approach|badger|see about)\b"
    r"|(?:(?:is )?going to|might|would|will|could|may) know (?:anything |something |more )?about\b)"
    r"|(?:我[^，。你]{0,4}|该|得|可)[找问](?:谁|哪位|哪个(?:人|打听|问|说))|[找问](?:谁|哪位|哪个)(?:去)?打听|[向跟]谁(?:打听|请教|问)|上谁(?:那|家).{0,3}打听",
    re.IGNORECASE,
)
"""Words of somebody who wants to know whom to ask. Not `你在找谁？`, nor `Who can I see there?`"""


def is_stuck(line: str) -> bool:
    """Whether the player says that they don't get on, in English or Chinese."""
    return _STUCK.search(line.replace("’", "'")) is not None


def hint_for(
    beat: Beat,
    line: str,
    language: str,
    told: Container[str],
    people: Iterable[str] = (),
    intent: Intent | None = None,
) -> str | None:
    """What helps now, if `line` asks for it: the first hint that was not `told` yet, at last the plainest again; for
    who asks whom to turn to, of those that name one of the `people`. `intent` is what the line surely asks for."""
    hints = localised(beat.hints, language) if beat.hints else ()
    if intent == "whom" or _WHOM.search(line):
        hints = tuple(hint for hint in hints if any(mentions(hint, name) for name in people))
    elif intent != "stuck" and not is_stuck(line):
        return None
    if not hints:
        return None
    return next((hint for hint in hints if hint not in told), hints[-1])
