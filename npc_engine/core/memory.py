"""What a character remembers beyond what its prompt still holds: lines that it heard, and what it kept of them. Pure.

A memory is chosen by recency, relevance and importance, after Park et al., "Generative Agents: Interactive Simulacra of
Human Behavior" (2023).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from npc_engine.core.address import names_called, unaddressed
from npc_engine.core.clauses import sentences
from npc_engine.core.journal import Spoken
from npc_engine.core.language import language_of
from npc_engine.core.meaning import Kin, Kinship, Likeness, Told, nothing_akin
from npc_engine.core.prompt import recent
from npc_engine.core.questions import asks, words
from npc_engine.core.reflection import LANGUAGES, said_by_you
from npc_engine.core.shorthand import spelled_out
from npc_engine.core.story import Story
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import LorebookEntry

MAX_MEMORIES = 1
"""Beside one line: more cost the first token, and a small model mixes them up."""
RELEVANT = 0.5
"""Relevance from which a memory is worth its tokens: with less, it is about something else."""
ANSWERS = 0.12
"""Kinship from which what was said answers what is asked. Set by hand: of sixteen questions for what somebody had told
of themselves, English and Chinese, three lie below, and of two for something else one above."""
RECALLED = 0.05
"""The same where the player asks for what they have told. Of thirteen such questions, English and Chinese, the four for
something else lie below, and of the nine for what was told one."""
COMPARED = 30
"""So many things that somebody told of themselves are compared by kinship, the latest: each costs 10 ms, once."""
LATEST = 12
"""So many of them are compared with every question, as facts."""
TOLD = "told."
"""How the ids begin of facts that the player has told."""
HALF_LIFE = 200
"""Lines after which a memory counts half as recent."""

_UNITS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[a-z0-9']{2,}")
_COMMON_ENGLISH = """
the and you your that this what where when who how why with for are was were have has had not but can could will would
should about from they them there here is it its my me we our us do does did on in at to of be am as if so or tell know
said say remember please just like any some
"""
_COMMON = frozenset([*_COMMON_ENGLISH.split(), *"的了是我你他她它吗呢吧在有不这那就都和也很会要说怎么什"])
"""Words that tell nothing of what a line is about."""
_TELLING = re.compile(
    r"\b(?:my name|i am|i'm|i was|i have|i like|i love|i hate|i need|i want|i promise|i will|call me|my (?:\w+ )?is)\b"
    r"|\d"
    r"|我叫|我是|我的|我喜欢|我讨厌|我想|我要|我答应|我保证|叫我",
    re.IGNORECASE,
)
"""Words of somebody who tells of themselves: what one expects to be remembered."""
_OF_ONESELF = re.compile(r"\b(?:i|my|me)\b|我", re.IGNORECASE)
_WHETHER_TOLD = re.compile(
    r"\b(?:did|have) i (?:just |already |ever |once |not )?(?:tell|told|say|said|mention(?:ed)?|introduced?)\b"
    r"|我.{0,6}(?:告诉|[跟对]你[说讲提])过.{0,12}[吗没]",
    re.IGNORECASE,
)
"""Asks whether something was told; with `_WHICH`, what it was."""
_WHICH = re.compile(
    r"^\W*(?:\w+\W+){0,3}(?:what|which|where|who|whose|when|how)\b(?=.*\bi\b)|什么|啥|哪|谁|几", re.IGNORECASE
)
_RECALLS = re.compile(
    r"\b(?:did|have) i (?:just |already |ever |once )?"
    r"(?:say|said|tell|told|mention(?:ed)?|confided?|whisper(?:ed)?)\b(?: to \w+)?"
    r"|\b(?:what|which|things?|secrets?|words?)(?: is| was)?(?: it)?(?: that)? i (?:just |once )?"
    r"(?:said|told|confided|whispered|entrusted)\b(?! (?!to you|in you|you\b)\w)"
    r"|\b(?:remember|recall) (?:me|my|what i|where i|who i|how i|when i|that i|i)\b|\bknow (?:about|of) me\b"
    r"|\b\w+ (?:that |which )?i (?:just )?(?:told you (?:of|about)|mentioned)\b"
    r"|我(?:跟你|对你|给你)?(?:说|讲|提)(?:的|过的?|起的?)那|我.{0,6}(?:告诉|[跟对]你[说讲提])过"
    r"|\bwhat (?:was|is) it (?:that )?i (?:just )?let you in on\b"
    r"|\bremind me (?:what|where|who|how|when) i(?:'m| am|'d| had|'ve| have)? (?:just |once )?"
    r"(?:\w{3,}ed|told|said|put|stuck|left|hid|keep|kept|live|grew|was|come from|came from|from|called)\b"
    r"|\bwho am i\b(?! (?!really|truly|actually)\w)|\bname do i\b"
    r"|\b(?:what(?:'s| is| was)|know|say|forgot(?:ten)?) my (?:(?:own|real|true|full|first|last) )*name\b"
    r"|\b(?:catch|caught|hear|heard|get|got) my (?:(?:own|real|true|full|first|last) )*name\b"
    r"|\bwhat my (?:(?:own|real|true|full|first|last) )*name (?:is|was)\b"
    r"|\b(?:do|did) i (?:come from|live|grow up)\b|\bam i from\b|\bam i called\b"
    r"|\b(?:what|said) i(?:'m| am) (?:really |truly |actually )?called\b"
    r"|\b(?:what|which)\b[^,.;!?]{0,30} (?:did|have|had|was it(?: that)?|it was) i (?:just |once )?"
    r"(?:say(?! yes| no)|said|tell|told|confide|confided|mention|mentioned|whisper|whispered|go by)\b(?: to \w+)?"
    r"|\b(?:what|where|who|which) (?:was|were) i (?:just )?(?:saying|telling|whispering|confiding)\b"
    r"|\bname (?:did|have|had) i (?:just |once )?(?:give|given|say|said|tell|told|call|called|take|use)\b"
    r"|\bwhat (?:else )?am i (?:really |truly |actually )?called\b"
    r"|\bname (?:that )?i (?:gave|told|confided|whispered)\b"
    r"|\b(?:did|have) i (?:call|called|introduced?) myself\b|\bdo you (?:call me(?! \w)|know me by)\b"
    r"|\b(?:know|guess|idea|sure) (?:who i am|where i (?:am from|come from|live|grew up|was born|keep my))\b"
    r"|(?<![跟给对和向听])我(?:刚才|刚刚|之前|以前|先前|[跟和对]你){1,2}(?:说|提|讲)(?:过|了(?:什么?|啥))|(?<![跟给对和向听])我(?:说|提|讲|告诉)过"
    r"|我(?:刚才|刚刚|方才|之前|先前)?都?(?:[跟和对向].{1,8}(?:说|讲|提|透露)|告诉.{1,8})(?:过|了)些?(?:什么?|啥)"
    r"|我(?:刚才|刚刚|刚|方才|之前|先前)?(?:都?[跟和对]你|给你)(?:说|讲|提)的?(?:什么|啥)"
    r"|我(?:刚才|刚刚|刚)(?:说|讲)(?:过|了|的)?些?(?:什么|啥)"
    r"|我(?:刚才|刚刚|刚|方才|之前|先前)?(?:单独|悄悄|偷偷|私下)?[跟和对].{1,6}(?:讲|说|提|聊|谈)(?:的|了|过)(?:是|那)"
    r"|我[跟和]你(?:交过底|透过底|说过|讲过|提过)"
    r"|我(?:悄悄|偷偷|私下|单独)?(?:告诉|[跟和对]你(?:说|讲|提|透露|交代))你?(?:的|过|了(?:什么?|啥))|我托付"
    r"|记得我|我(?:叫|姓)(?:什么?|啥)|我是谁|我姓甚名谁|我(?:刚才?|之前)?是?(?:怎么介绍自己|自称)|我.{0,10}(?:自我介绍|自报的?.{0,2}家门|报[上出]?[过的了]?的?[大真姓]?名)"
    r"|我(?:刚才|刚刚|刚|之前|以前|先前|早先|方才)[^，。！？]{0,8}?[说讲]我|(?<![跟给对和向听])我[说讲]我(?=.{0,16}(?:什么|啥|哪|谁|几|来着))"
    r"|我.{0,6}[跟和对给向][你您].{0,3}(?:说|讲|提|聊|嘀咕|念叨|咬耳朵|交代|透露|报)(?:过|了|的)?(?!了?[，,：:])"
    r"(?=.{0,12}(?:什么|啥|哪|谁|吗|没|不|来着|记得))"
    r"|(?:^|[，。！？])(?:[我咱])?(?:刚才|刚刚|刚|方才|之前|先前)(?:单独|悄\w{0,2}|偷偷|私下)?(?:[跟和对]你|给你)(?:讲|说|提|聊)的"
    r"|我[说讲][^，。！？]{0,12}来着"
    r"|[我咱]的?(?:真名|本名|原名|大名|名号|姓名|名字)(?:(?:到底)?[是叫]?(?:什么?|啥)|.{0,3}(?:记得|记住|知道))|我(?:是)?从哪[里儿]?来|我(?:家)?住(?:在)?哪"
    r"|我(?:是)?(?:干|做)(?:什么|啥)的|我打哪|我老家|认得我|认识我",
    re.IGNORECASE,
)
"""Of a question: the player asks for what they told of themselves."""
_FORGOTTEN = re.compile(
    r"\bi (?:just |once )?(?:told|gave|said|mentioned|confided|whispered)\b[^.?!]*"
    r"\b(?:slipped|escaped|forgot(?:ten)?|remember|recall)\b"
    r"|(?:方才|刚才|刚刚|刚|先前|之前|早先).{0,10}(?:说|讲|提|告诉|报|嘀咕|交代)过?的.{0,8}(?:记得|忘)",
    re.IGNORECASE,
)
"""The same of any line: it supposes that they were not listened to."""
_MYSELF = re.compile("俺|在下|咱(?!们)")
"""What Chinese speakers call themselves beside 我."""
_SAID = re.compile(r"\bi(?:'ve| have)? (?:just )?(?:sa(?:id|y)|t(?:old|ell)|whisper)|[说讲提]|告诉|耳朵", re.IGNORECASE)
_WISHES = re.compile(r"\b(?:want|need|wish|hope|please|let me|would like|'d like)\b|想|要|请|希望|帮", re.IGNORECASE)
"""Of a sentence: it is said to move somebody."""
_EARLIER = {"zh": "之前{name}说过：{text}", "ja": "以前{name}はこう言った：{text}"}
_EARLIER_ELSEWHERE = "Earlier {name} said: {text}"


@dataclass(frozen=True)
class Memory:
    """Something that a character may be reminded of."""

    text: str
    place: int
    """Among the story's lines."""
    importance: float
    """From 0 to 1."""
    said: str
    """Of it, the words that were said."""


def memories(
    story: Story, actor_id: str, language: str, player: str, fresh: bool = False, names: Iterable[str] = ()
) -> list[Memory]:
    """What the actor could be reminded of: what it heard, questions aside, and summaries; `fresh` lines, too, which its
    prompt has, or only what that lacks. `names` are what the actor is called, beside those that have spoken."""
    heard = [(place, line) for place, line in enumerate(story.lines) if actor_id in line.heard_by]
    in_prompt = 0 if fresh else len(recent([line for _, line in heard]))
    old = [
        (place, line)
        for place, line in heard[: len(heard) - in_prompt]
        if line.actor_id != actor_id and not line.text.rstrip().endswith(("?", "？"))
    ]
    kept = [Memory(each.text, each.until, 0.6, each.text) for each in story.summaries.get(actor_id, [])]
    called = names_called([*names, *(line.name for _, line in heard if line.actor_id)])
    return [*kept, *chain(*(_heard(line, place, language, player, called) for place, line in old))]


def recalls(line: str) -> bool:
    """Whether the line asks for what the player has told of themselves: `What is my name?`."""
    said = _MYSELF.sub("我", line)
    return (asks(said) and _RECALLS.search(said) is not None) or _FORGOTTEN.search(said) is not None


def asks_whether_told(line: str) -> bool:
    """Whether the line asks if the player has told something, and not what."""
    return _WHETHER_TOLD.search(line) is not None and _WHICH.search(line) is None


def told(
    story: Story, names: frozenset[str], called: Iterable[str], language: str = "en"
) -> Iterator[tuple[str, Spoken, LorebookEntry]]:
    """What the player has lately told of themselves, as facts, the oldest first: an id, the line, and what is answered
    to whom asks for it. What was told before that, `reminded` brings back.

    What has one of the `names` is about the world, of which the game tells. Lines are said to who is `called` so, in
    `language` where their script doesn't tell.
    """
    found, begins, addressed = (
        list[tuple[str, Spoken, str]](),
        max(0, len(story.lines) - HALF_LIFE),
        names_called(called),
    )
    for place, line in enumerate(story.lines[begins:], begins):
        if line.actor_id is None and not line.is_event:
            said = [unaddressed(each.strip(), addressed) for each in sentences(spelled_out(line.text, language))]
            telling = [each for each in said if _tells_of_oneself(each, names)]
            found += [(f"{TOLD}{place}.{number}", line, each) for number, each in enumerate(telling)]
    for name, line, sentence in found[-LATEST:]:
        spoken = language_of(sentence, language)
        if spoken in LANGUAGES:
            # the player's words, which are held to other limits than a writer's file
            text = {spoken: said_by_you(sentence, spoken)}
            yield name, line, LorebookEntry.model_construct(text=text)


@lru_cache(maxsize=4096)
def _tells_of_oneself(sentence: str, names: frozenset[str]) -> bool:
    return (
        _OF_ONESELF.search(sentence) is not None
        and not asks(sentence)
        and not _WISHES.search(sentence)
        and not any(mentions(sentence, name) for name in names)
    )


def importance(line: Spoken) -> float:
    """How much a line deserves to be remembered: what the player tells of themselves most."""
    if line.is_event:
        return 0.8
    return 1.0 if _TELLING.search(line.text) else 0.5


def reminded(
    found: Sequence[Memory], line: str, now: int, likeness: Likeness, kinship: Kinship = nothing_akin
) -> tuple[str, ...]:
    """The memories that the line brings back, best first, at most `MAX_MEMORIES`; the last that the player told of
    themselves for a line that asks for no more than that, or for what they said if that is all they told. `now` is how
    many lines there are."""
    alike = likeness(line, [memory.text for memory in found])
    is_recall = recalls(line)
    about = _FORGOTTEN.sub(" ", _RECALLS.sub(" ", line)) if is_recall else line
    telling = [memory for memory in found if _OF_ONESELF.search(memory.said)][-COMPARED:]
    akin = dict(zip(telling, kinship(line, [Told((memory.said,), ()) for memory in telling]), strict=True))
    scored = []
    for memory, meaning in zip(found, alike, strict=True):
        relevance, answers = max(meaning, _shared(about, memory.text)), akin.get(memory, Kin(0.0, 0.0)).text
        if relevance >= RELEVANT or answers >= (RECALLED if is_recall else ANSWERS):
            scored.append((_weight(memory, relevance + max(0.0, answers), now), memory))
    scored.sort(key=lambda each: (-each[0], -each[1].place))
    is_it = not words(about) or (len(telling) == 1 and _SAID.search(line) is not None)
    if not scored and telling and is_recall and is_it:
        return (telling[-1].text,)
    return tuple(memory.text for _, memory in scored[:MAX_MEMORIES])


def _weight(memory: Memory, relevance: float, now: int) -> float:
    recency = float(0.5 ** ((now - memory.place) / HALF_LIFE))
    return relevance + 0.3 * recency + 0.3 * memory.importance


def _heard(line: Spoken, place: int, language: str, player: str, called: frozenset[str]) -> Iterator[Memory]:
    """What is remembered of one line: of the player's each sentence by itself, without whom it is said to."""
    if line.actor_id or line.is_event:
        told = line.text if line.is_event else _earlier(line.name, line.text, language)
        yield Memory(told, place, importance(line), line.text)
        return
    for sentence in map(str.strip, sentences(line.text)):
        said = unaddressed(sentence, called)
        spoken = language_of(said, language)
        told = said_by_you(said, spoken) if spoken == language in LANGUAGES else _earlier(player, said, language)
        yield Memory(told, place, importance(line), said)


def _earlier(name: str, text: str, language: str) -> str:
    return _EARLIER.get(language, _EARLIER_ELSEWHERE).format(name=name, text=text)


def _shared(line: str, text: str) -> float:
    """Share of the telling words of `line` that `text` has."""
    telling = topic_words([line])
    return len(telling & topic_words([text])) / len(telling) if telling else 0.0


def topic_words(texts: Iterable[str]) -> set[str]:
    """The words of texts that say what they are about: no endings are cut off, and Han characters stand one by one."""
    return {word for text in texts for word in _UNITS.findall(text.casefold())} - _COMMON
