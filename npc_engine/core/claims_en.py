"""Claims about marked things in English: patterns of marks and small words. Knows no world. See `names` for marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from npc_engine.core.names import MARK
from npc_engine.core.numerals import EN_NUMBER, value_of

PLAYER, SPEAKER, NOBODY, SOMEBODY = "player", "i", "nobody", ""
"""Who a claim's value may be, besides a mark."""


@dataclass(frozen=True)
class Found:
    """A claim whose subject and value are still marks."""

    subject: str
    property: Literal["place", "owner", "open", "locked", "alive", "count"]
    value: str | int | bool
    denied: bool = False
    elsewhere: str = ""
    words: str = ""


_T = f"(?P<thing>{MARK})"
_HOLDER = f"(?P<holder>{MARK})"
_D = (
    r"(?:(?:the|an?|this|that|these|those|my|your|our|his|her|their|its|old|big|little|small|good|poor|dear|main"
    r"|local|very|other|famous|of) )*"
)
_ADV = (
    r"(?: (?:now|still|already|just|right|currently|always|here|there|also|safely|probably|certainly|surely|indeed|"
    r"definitely|actually|really|simply|over|back|out|down|up|all|only|hidden|kept|put|located|lying|sitting|resting|"
    r"hanging|waiting|stored|placed|found|left|last|seen|buried|parked|docked|moored|standing|staying|hiding|somewhere|stashed|tucked|away|"
    r"safe|sound|most|likely|being|been|be|held|well|quite|so|too|truly|completely|fully|wide|tightly|firmly|usually|"
    r"at the moment|lost|stuck|in fact|of course|working|eating|sleeping|living|deep))*"
)
_BE = (
    r"(?: (?:is|are|was|were|sits|lies|lay|stands|hangs|stays|rests|waits|remains|lives|has been|have been|"
    r"should be|must be|will be|can be|got|ended up|went missing))"
)
_NOT = r"(?P<no> not| never| no longer| nowhere)?"
_IN = r"(?:in|inside|into|within|at|on|under|underneath|beneath|below|with|to|among|from)"
_NEAR = (
    r"(?:behind|by|near|next to|beside|above|over|across|across from|in front of|outside|outside of|around|between"
    r"|past|beyond|opposite)"
)
_PREP = rf"(?:{_IN}|{_NEAR}|across from|in front of|next to)"
_WHO = rf"(?P<who>{MARK}|you|i|we|nobody|no one|no body|none of us)"
_OTHER = (
    r"(?P<other>(?:(?:an?|the|some|my|your|mr|mrs|miss|dr|old) )(?:[a-z.]+ ){1,4}?|someone else |somebody else |"
    r"(?!(?:who|that|which|there|it|he|she|they|everyone|everybody|nobody|anyone|one|this|not|also|never|still|you|"
    r"i|we|only|then)\b)[a-z]+ )"
)
_HAS = (
    r"(?: (?:already|still|now|always|just|certainly|surely|also))*"
    r"(?:(?P<not> (?:do|does|did|have|has) not(?: have)?)| do| does| did)?"
    r" (?:has|have|holds?|holding|is holding|are holding|carries|carry|is carrying|are carrying|keeps?|took|has taken|"
    r"stole|has stolen|have taken|owns the|got|'s got|is got|has got|have got|picked up|got hold of|possess(?:es)?)"
    r"(?: (?:not|already|still|now|always|just|got))*"
)
_PLACE = re.compile(rf"{_T}(?:'s)?{_BE}{_ADV}{_NOT}{_ADV} (?P<rest>{_PREP} [^.;!?:]*)")
_FOUND = re.compile(
    rf"(?P<no>not |never )?\b(?:find|found|get|see|look for|search for|pick up|fetch|grab|kept|keeps?|left|hid|hides?|"
    rf"stored?|stores|saw|seen|lost|dropped|spotted|locate|retrieve|collect|buried)(?: back)? {_D}{_T}{_ADV} "
    rf"(?P<rest>{_PREP} [^.;!?:]*)"
)
_PUT = re.compile(
    rf"\b(?:i|you|we|he|she|they|someone|somebody|{MARK})(?: have| has| had| was)? (?:put|placed|left|hid|dropped"
    rf"|set|moved|brought|carried|took|dragged|stashed|locked) {_D}{_T} "
    rf"(?P<rest>{_PREP} [^.;!?:]*)"
)
_THERE = re.compile(rf"\bthere (?:is|are|was){_NOT}{_ADV} {_D}{_T}{_ADV} (?P<rest>{_PREP} [^.;!?:]*)")
_HOLDS = re.compile(rf"{_HOLDER} (?:does (?P<no>not) )?(?:holds?|contains?|hides?|houses?) {_D}{_T}")
_HELD = re.compile(rf"{_WHO}{_HAS} {_D}{_T}(?! to blame| in mind)")
_NOT_HELD = re.compile(
    r"(?:\b(?:will|would|should|must|can|may|might|need|to|let|did|does|do|that|who|whom|as|help|make)|,) $"
)
_HELD_BY_OTHER = re.compile(
    rf"(?:^|[,;] |\bthat |\band |\bbut |\bthink )\s*{_OTHER}(?:has|holds|carries|took|stole|is holding|has taken"
    rf"|got) {_D}{_T}"
)
_TAKEN = re.compile(rf"{_T}{_BE}{_ADV}{_NOT} (?:taken|stolen|held|kept|carried)(?: away)? by (?P<rest>[^.;!?:,]*)")
_OWNER = re.compile(rf"{_T}(?P<no> does not| do not| never)?{_ADV} belongs? to (?P<rest>[^.;!?:,]*)")
_OWNED = re.compile(rf"{_T}{_BE}{_ADV}{_NOT}{_ADV} (?:owned by|the property of|property of) (?P<rest>[^.;!?:,]*)")
_WHOSE = {"mine": "i", "my": "i", "yours": "you", "your": "you"}
_IS_OWNER = re.compile(rf"{_WHO} (?:is|are|am)(?P<not> not)?{_ADV} the (?:rightful |true |new )?owner of {_D}{_T}")
_OWNS = re.compile(rf"{_WHO}(?P<not> do not| does not)?{_ADV} owns? {_D}{_T}")
_OWNER_IS = re.compile(rf"\bowner of {_D}{_T} (?:is|was){_NOT} (?P<rest>[^.;!?:,]*)")
_IS_MINE = re.compile(
    rf"{_T}{_BE}{_ADV}{_NOT}{_ADV} (?P<whose>mine|yours|my own|your own|{MARK}'s|my(?= property)"
    r"|your(?= property))(?: property)?(?=\s*(?:$|[.,;!?]|now))"
)
_STATE = re.compile(
    rf"{_T}(?:'s)?{_BE}{_ADV}{_NOT}{_ADV} (?P<state>(?:unlocked|locked|sealed)\b"
    r"|(?:opened|open|closed|shut|ajar)\b(?! (?:to|for|about|on|from|at|until|till|by|with|all|every)\b))"
)
_OPENED = re.compile(
    rf"(?:you|we|they|i|someone|somebody|{MARK})(?: have| has| had)?(?P<no> not| never)?(?: already| just| now"
    rf"| finally)*"
    rf" (?P<state>opened|unlocked|closed|locked|shut) {_D}{_T}"
)
_LEFT = re.compile(
    rf"\b(?:left|leaves?|keeps?|kept|found|saw) {_D}{_T}{_ADV}{_NOT} (?P<state>unlocked|locked|open|closed|shut|ajar)\b"
)
_CAME = re.compile(
    rf"{_T}(?: has| have)?(?: just| already| finally| now)* (?P<no>not )?(?P<state>opened|closed|shut|unlocked)\b"
    r"(?! (?:to|for|about|from|at|until|till|by|in|its|their|his|her|my|your|the))"
)
_ALIVE = re.compile(
    rf"{_T}(?:'s)?{_BE}{_ADV}{_NOT}{_ADV} (?P<state>dead|deceased|killed|murdered|slain|shot dead|alive"
    rf"|among the living)\b"
    r"(?! (?:tired|sure|set|wrong|right|serious|drunk))"
)
_DIED = re.compile(
    rf"{_T}(?: (?:has|have|was|already|just|long ago))*(?P<no> did not| never)? (?:died?|perished|passed away"
    rf"|drowned)\b"
)
_KILLED = re.compile(
    rf"\b(?:killed|murdered|slew|shot dead|has slain|hanged|beheaded|shot|poisoned) {_D}{_T}(?! in the)"
)
_LIVES = re.compile(rf"{_T}(?: still)? (?:breathes|still lives|lives still|lives(?=\s*[.,;!]|$)|lives on)")
_COUNT = re.compile(rf"(?P<number>{EN_NUMBER})(?: (?!of |the )[a-z]+)? {_T}")
_NOT_COUNTED = re.compile(
    r"\b(?:needs?|bring|brings?|want|wants|give|gave|take|takes|buy|sell|sold|lend|these|those|another|more|lost|for"
    r"|get|fetch|"
    r"find|found|with|say|or|one of(?: the)?|each|every|past|last|than|me|you|rob|steal|stole|spend|cost|costs"
    r"|pay)(?: the)? $"
)

_QUESTION_TAG = re.compile(
    rf",? (?:(?:is|are|was|does|do|has|have)(?: not)? {MARK}|right|no|yes|correct|eh|okay|ok|see|you see|you know)\?$"
)
_ASIDE = re.compile(
    r"\bif (?:you ask me|you must know|you want to know|i remember(?: right| rightly)?|i recall|you like"
    r"|memory serves)\b,?"
)
_CONDITION = re.compile(
    r"[^,]*\b(?:if|unless|whether|suppose|supposing|provided|as long as|imagine|pretend|in case|assuming)\b.*"
)
_UNTIL_COMMA = re.compile(
    r"\b(?:when|once|until|till|before|after|as soon as|while|where|what|who(?! knows)|whom|whoever|whose|how|which"
    r"|why|in order to|"
    r"so that|not know|no idea|not sure|can not say|can not tell|wonder|ask|know nothing)\b"
    r"(?:(?! but )[^,])*"
)
_GUESS = re.compile(
    r"[^,]*\b(?:maybe|perhaps|possibly|might|may|could be|could have|would|wish|hope|dream|try to|"
    r"you (?:say|said|think|thought|claim|claimed|believe|want|told me|mean|must have)|rumou?rs?|who knows)\b[^,]*"
)
_SENTENCES = re.compile(r"[^.!?;\n]+[.!?;]?")
_STOP = re.compile(
    r"\s*(?:,(?! (?:in|at|inside|on|behind|under|near|with|to the|next)\b)|\b(?:and|but|so|because|which|that|who"
    r"|where|"
    r"when|for|to (?!the|a|an|my|your|our)|friend|sir|my friend|partner|traveller|waiting|ready|while|now that)\b)"
)
_PLAYERS = re.compile(
    r"(?:in|on|at|with|inside|to|from) (?:(?P<you>you\b(?! can| will| have| see| know)|your (?:\w+ )?(?:hands?"
    r"|pockets?|"
    r"possession|bag|belt|purse|keeping|inventory|backpack|pouch|person|palm)|yourself)|(?P<me>me\b"
    r"|my (?:\w+ )?(?:hands?|pockets?|possession|bag|belt|purse|"
    r"keeping|desk|apron|pouch|drawer|coat|person)))"
)
_INSIDE = re.compile(rf"\b{_IN} {_D}(?:(?:(?!side )[a-z]+ ){{1,3}}of {_D})?(?P<place>{MARK})")
_WAY = re.compile(r"(?:to|from|with)\b")
_NOWHERE = re.compile(
    r"(?:in|at|on|to|with|under|from|by|over|around|within|behind) (?:(?:the|a|an|my|your|this|that|our|his|her|its"
    r"|good|great|safe|plain|full|"
    r"same|very|right|wrong|proper) )*"
    r"(?:town|place|here|there|somewhere|heart|mind|world|way|danger|trouble|need|view|sight|home|order|hand|hands"
    r"|time|"
    r"service|moment|course|end|morning|evening|night|day|today|question|condition|love|charge|business|control|peace|"
    r"war|work|duty|use|fact|truth|story|area|vicinity|list|risk|stake|rest|ease|least|first|last|once|all|it|them|"
    r"him|us|us all|everyone|everybody|care|luck|top|shape|pieces|working order|own|back|village|city|life|lives"
    r"|ground|move|run|loose|job|task|quest|adventure|future|past|present|dark)\b(?! of)"
)
_UNWHO = re.compile(r"(?:nobody|no one|none)\b")
_EVERYBODY = re.compile(r"(?:all|everyone|everybody|us|whoever|those|people|somebody|someone)\b")


def found(text: str) -> Iterator[Found]:
    """The claims of a marked text."""
    for sentence in _SENTENCES.findall(text):
        said = _asserted(sentence.strip())
        if re.search(MARK, said):
            for one in (_places, _holders, _owners, _states, _lives, _counts):
                yield from one(said)


def _asserted(sentence: str) -> str:
    """What of a sentence claims anything."""
    if sentence.endswith("?"):
        tag = _QUESTION_TAG.search(sentence)
        if not tag:
            return ""
        sentence = sentence[: tag.start()]
    sentence = _ASIDE.sub("", sentence)
    for doubt in (_CONDITION, _GUESS, _UNTIL_COMMA):
        sentence = doubt.sub(" ", sentence)
    return sentence


def _places(said: str) -> Iterator[Found]:
    for pattern in (_PLACE, _FOUND, _PUT, _THERE):
        for found in pattern.finditer(said):
            yield from _placed(found)
    for found in _HOLDS.finditer(said):
        yield Found(found["thing"], "place", found["holder"], bool(found["no"]), words=found.group())
    for found in _TAKEN.finditer(said):
        yield from _of_somebody(found["thing"], "place", found["rest"], bool(found["no"]), found.group())


def _placed(found: re.Match[str]) -> Iterator[Found]:
    subject, denied = found["thing"], bool(found.groupdict().get("no"))
    rest = _STOP.split(found["rest"], maxsplit=1)[0]
    held = _PLAYERS.match(rest)
    if held:
        yield Found(subject, "place", PLAYER if held["you"] else SPEAKER, denied, words=found.group())
        return
    inside = _INSIDE.search(rest)
    if inside and inside["place"] != subject:
        yield Found(subject, "place", inside["place"], denied, words=found.group())
    elif not denied and not re.search(MARK, rest) and not _NOWHERE.match(rest) and not _WAY.match(rest):
        yield Found(subject, "place", SOMEBODY, elsewhere=rest, words=found.group())


def _holders(said: str) -> Iterator[Found]:
    for found in _HELD.finditer(said):
        if not _NOT_HELD.search(said[: found.start()]) or said[: found.start()].endswith((", ", "that ")):
            denied = bool(found["not"]) or " not" in found.group()
            yield from _of(found["thing"], "place", found["who"], denied, found.group())
    for found in _HELD_BY_OTHER.finditer(said):
        yield Found(found["thing"], "place", SOMEBODY, elsewhere=found["other"], words=found.group())


def _owners(said: str) -> Iterator[Found]:
    for pattern in (_OWNER, _OWNED, _OWNER_IS):
        for found in pattern.finditer(said):
            yield from _of_somebody(found["thing"], "owner", found["rest"], bool(found["no"]), found.group())
    for found in [*_OWNS.finditer(said), *_IS_OWNER.finditer(said)]:
        yield from _of(found["thing"], "owner", found["who"], bool(found["not"]), found.group())
    for found in _IS_MINE.finditer(said):
        owner = _WHOSE.get(found["whose"].split()[0], found["whose"][0])
        yield from _of(found["thing"], "owner", owner, bool(found["no"]), found.group())


def _of_somebody(subject: str, what: Literal["place", "owner"], rest: str, denied: bool, words: str) -> Iterator[Found]:
    """A claim whose value is whoever `rest` names."""
    mark = re.search(rf"^{_D}({MARK})(?!'s)", rest)
    person = re.match(r"(?:you|me|nobody|no one)\b", rest)
    if mark:
        yield Found(subject, what, mark[1], denied, words=words)
    elif person:
        yield from _of(subject, what, person.group().replace("me", "i"), denied, words)
    elif not denied and not _EVERYBODY.match(rest):
        yield Found(subject, what, SOMEBODY, elsewhere=re.sub(MARK, "", rest), words=words)


def _of(subject: str, what: Literal["place", "owner"], who: str, denied: bool, words: str) -> Iterator[Found]:
    if who != "we" and who != subject:
        value = PLAYER if who == "you" else NOBODY if who in ("nobody", "no one", "no body", "none of us") else who
        yield Found(subject, what, value, denied, words=words)


def _states(said: str) -> Iterator[Found]:
    for pattern in (_STATE, _OPENED, _LEFT, _CAME):
        for found in pattern.finditer(said):
            yield _in_state(found)


def _in_state(found: re.Match[str]) -> Found:
    state = found["state"]
    what: Literal["open", "locked"] = "locked" if "lock" in state or state == "sealed" else "open"
    value = state in ("open", "opened", "locked", "sealed", "ajar")
    return Found(found["thing"], what, value != bool(found["no"]), words=found.group())


def _lives(said: str) -> Iterator[Found]:
    for found in _ALIVE.finditer(said):
        lives = found["state"] in ("alive", "among the living")
        yield Found(found["thing"], "alive", lives != bool(found["no"]), words=found.group())
    for found in _DIED.finditer(said):
        yield Found(found["thing"], "alive", bool(found["no"]), words=found.group())
    for found in _KILLED.finditer(said):
        yield Found(found["thing"], "alive", False, words=found.group())
    for found in _LIVES.finditer(said):
        yield Found(found["thing"], "alive", True, words=found.group())


def _counts(said: str) -> Iterator[Found]:
    for found in _COUNT.finditer(said):
        if not _NOT_COUNTED.search(said[: found.start()]) and re.search(r"(?:^|\W)$", said[: found.start()]):
            yield Found(found["thing"], "count", value_of(found["number"]), words=found.group())
