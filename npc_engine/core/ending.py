"""Tell from the end of what was understood whether a player is likely to go on. English and Chinese; knows no sound.

Recognition puts marks at the end of unfinished speech as well, so a mark alone says little; a word that can't be the
last one says much. `bench endpointing` measures what each kind is worth.
"""

from __future__ import annotations

import re
from typing import Literal

Ending = Literal["unknown", "hanging", "open", "lead", "statement", "question"]
"""How a text ends: `hanging` with a word that something must follow or a sound of hesitation; `open` without a mark, or
with one that goes on; `lead` with words that mostly lead up to more, whatever mark they get (`Excuse me.`, `The key.`);
`unknown` when nothing was understood (yet)."""

_HESITATION = "u+m+ u+h+ e+r+m* h+m+ m+"
_NEVER_LAST = (
    "and or but because if although unless until while than whether "
    "a an the my your his their our its every any not "
    "of into onto with without between among during toward towards against "
    "i'm you're we're they're i've we've i'd i'll you'll we'll they'll"
)
"""Left out is what often ends a line of talk: `so`, `that`, `to`, `is`, most prepositions."""
_HANGING = re.compile(rf"(?:^|[^\w'])(?:{'|'.join([*_HESITATION.split(), *_NEVER_LAST.split()])})$")
_HANGING_CHINESE = re.compile(
    r"(?:因为|然后|所以|但是|可是|不过|而且|并且|如果|虽然|还有|或者|和|跟|以及|比如|例如|关于|对于|为了|把|被"
    r"|那个|这个|就是说?|嗯+|呃+|额+)$"
)
_LEADS = (
    "well|so|now|look|listen|hey|say|oh|ah|all ?right|please|sorry|i'm sorry|i am sorry|excuse me|pardon me|guys"
    "|you know|i mean|actually|you see|by the way"
)
"""Left out is what is often all that is said: `yes`, `thank you`, `okay`, `wait`."""
_LEAD = re.compile(
    rf"(?:^|[.!?…]\s*)(?:(?:{_LEADS})(?:,\s*|\s+|$))+$|^(?:the|an?|my|your|his|our|their)(?:\s+[\w'-]+){{1,2}}$"
)
"""A last sentence that consists of such words, or all in all a noun that waits for its verb."""
_LEAD_CHINESE = re.compile(r"(?:^|[。！？])(?:请问|不好意思|对不起|你好|喂|那么|我说|听着|其实|等等)$")
_QUESTION = re.compile(r"[?？]$|[吗呢][。.]?$")
_STATEMENT = re.compile(r"(?<!\.\.)[.!。！]$")
_MARKS = " .,!?…-—;:，。！？、；："


def ending_of(text: str) -> Ending:
    """How `text`, in any case, with or without marks, ends."""
    said = text.strip().casefold().replace("’", "'")
    words = said.rstrip(_MARKS)
    if not words:
        return "unknown"
    if _HANGING.search(words) or _HANGING_CHINESE.search(words):
        return "hanging"
    if _LEAD.search(words) or _LEAD_CHINESE.search(words):
        return "lead"
    if _QUESTION.search(said):
        return "question"
    return "statement" if _STATEMENT.search(said) else "open"
