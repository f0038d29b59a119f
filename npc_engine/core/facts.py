"""Choose the few facts that matter to one line. A small model tells the truth when it stands beside the question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, takewhile

from npc_engine.core import outcome, undeclared
from npc_engine.core.clauses import joined
from npc_engine.core.doubt import any_may_miss, may_fall_short, rivalled
from npc_engine.core.found import ANSWERED, SURE, Found, beats, property_of
from npc_engine.core.intent import Intent, Meant
from npc_engine.core.known import HERE, Known
from npc_engine.core.language import language_of
from npc_engine.core.meaning import Kinship, Likeness, closest, nothing_akin, nothing_alike
from npc_engine.core.memory import TOLD
from npc_engine.core.plain import telling_words
from npc_engine.core.questions import asks, words
from npc_engine.core.rewording import resolved
from npc_engine.core.search import TOLD_UNASKED, Search
from npc_engine.core.sought import is_of_place, is_sought
from npc_engine.persona.base import localised
from npc_engine.persona.mentions import mentions, plain
from npc_engine.persona.model import Persona
from npc_engine.persona.world import Thing
from npc_engine.protocol import Value

MAX_FACTS = 3
"""More facts cost prefill time before the first token, and a small model mixes them up."""
MOST_UNSURE = 2
"""So many facts a character tells that isn't sure of them."""
BESIDE_OF_OTHERS = 0.75
"""So likely, as a part of the likeliest, must be how another thing is: whoever asks whose something is asks for one
thing mostly."""
AS_LIKELY = 0.75
"""So likely, as a part of what is not to be told, is a fact that may be meant as well: it is told with a doubt."""
STEP_BEFORE_GOAL = 2.0
"""So many times as likely as a step may be what the quest is about, and the step is told. Set by hand."""
MUCH_THE_SAME, ENOUGH_WORDS = 0.8, 3
"""With such a share of its words in another one a fact tells nothing new, if it has so many: *You have the key* shares
all of its one word with *The key belongs to the bank*."""
SMALL_TALK = (
    *("How are you?", "How are you doing today?", "How do you do?", "What's up?", "Are you well?", "How's it going?"),
    *("Nice to meet you.", "Lovely weather, isn't it?", "Really?", "Is that so?"),
    *("你好吗？", "你还好吗？", "最近怎么样？", "真的吗？", "是吗？", "你说什么？", "怎么了？"),
)
_IS_SMALL_TALK = 0.65
_GREETINGS = frozenset(
    [
        *("hello", "hi", "hey", "howdy", "greetings", "good", "morning", "afternoon", "evening", "day"),
        *("好", "喂", "早", "早上好", "晚上好"),
    ]
)
"""Words of lines that ask for nothing, whatever their mark."""


@dataclass(frozen=True)
class Chosen:
    """What stands beside a line."""

    facts: tuple[str, ...]
    """In the order in which the line asks for them."""
    verbatim: bool = False
    """The only fact is the answer, word for word: the model is not asked."""
    confident: bool = False
    """One of the facts answers the line, as far as can be told."""
    unanswered: bool = False
    """The line asks for a fact, and none that the character may tell answers it."""
    ids: tuple[str, ...] = ()
    """Of the facts that were chosen for the line."""
    touched: bool = True
    """Whether the facts have to do with the line, and are not just what is said for want of one."""
    quote: str = ""
    """The facts that answer, the best first, for an answer to begin with; they are the first of the facts, too."""
    unsure: bool = False
    """Whether these may well be no answer."""
    short: bool = False
    """Whether they may be less than what is asked."""
    untold: str | None = None
    """Id of what the line asks for, where that is not to be told."""


def facts_for(
    known: Iterable[Known],
    values: Mapping[str, Value],
    persona: Persona,
    line: str,
    language: str,
    turn: int,
    hint: str | None = None,
    likeness: Likeness = nothing_alike,
    kinship: Kinship = nothing_akin,
    before: Sequence[str] = (),
    untold: Iterable[Known] = (),
    intent: Intent | None = None,
) -> Chosen:
    """The facts that `line` touches, the likeliest `MAX_FACTS`; what the persona says otherwise if there are none.

    A `hint` for a player who is stuck comes before all others, where they don't hear where something is. `values` are
    what the game has set. `before` are the lines before this one, the oldest first, of the player and of the character:
    `Where is it?` is understood by them. `untold` is what holds and the character does not know or keeps to itself: a
    question for that is none for what comes near. `intent` is what the line surely asks for.
    """
    meant = Meant(resolved(line), intent)
    line, whole = meant.line, meant.whole
    is_by_meaning, is_question = kinship is not nothing_akin, asks(whole) or intent is not None
    hidden = {each.id: each for each in untold}
    persons = {plain(name): thing.kind == "person" for thing in persona.setting.things for name in _names(thing)}
    eligible = _eligible((*known, *hidden.values()), meant, persona)
    search = Search(eligible, language_of(line, language), likeness, kinship, before, persons)
    found, rivals = search.found(meant, hidden)
    found = _of_the_step(found)
    asked = _beating(rivals, found, *((SURE, AS_LIKELY) if is_by_meaning else (ANSWERED, 1.0)))
    if found and found[0].known.entry.verbatim:
        return Chosen((localised(found[0].known.entry.text, language),), True, True, ids=(found[0].known.id,))
    told = [hint] if hint and not _is_somewhere(found) else []
    game = undeclared.touched(values, line)[: MAX_FACTS - len(told)]
    best = _best(found, language, MAX_FACTS - len(told) - len(game))
    is_quoted = bool(best) and _is_quoted(best[0], whole, language)
    may_doubt = is_quoted and is_by_meaning
    is_unsure = may_doubt and (
        any_may_miss(best, whole, likeness, _people(persona))
        or rivalled(best, rivals)
        or _is_beside_named(best, search.named(line))
    )
    best = _in_order(_of_one_thing(best[:MOST_UNSURE] if is_unsure else best, is_unsure), int(is_quoted))
    texts = [*told, *_told(best, line, language)]
    facts = tuple(dict.fromkeys([*texts, *game] if is_quoted else [*told, *game, *texts]))
    is_beaten = asked is not None and is_question and beats(asked, found)
    confident = bool(told) or undeclared.asked_for(values, line)
    confident |= not is_beaten and any(each.answers for each in best)
    unanswered = not confident and is_question and closest(line, SMALL_TALK, likeness) < _IS_SMALL_TALK
    return Chosen(
        facts or _otherwise(persona, language, turn),
        confident=confident,
        unanswered=unanswered,
        ids=tuple(each.known.id for each in best),
        touched=bool(facts),
        quote=_quote(texts, language) if is_quoted and confident else "",
        unsure=is_unsure,
        short=may_doubt and not is_unsure and is_question and not told and may_fall_short(best),
        untold=asked.known.id if asked else None,
    )


def _eligible(known: Iterable[Known], asked: Meant, persona: Persona) -> list[Known]:
    """Those that the line may ask for at all."""
    places = (each for each in persona.setting.things if each.kind == "place")
    named = [each.id for each in places if any(mentions(asked.line, name) for name in _names(each))]
    return [each for each in known if is_sought(each, asked) and is_of_place(each, named)]


def _is_somewhere(found: Sequence[Found]) -> bool:
    """Whether the line surely asks where something is, and can be told: who asks that is not stuck."""
    return bool(found) and property_of(found[0]) == "place" and found[0].odds >= SURE


def _quote(texts: Iterable[str], language: str) -> str:
    """What an answer begins with, as far as it is in its language: a small model leaves out what only stands beside the
    line."""
    return joined(takewhile(lambda text: language_of(text, language) == language, texts))


def _beating(rivals: Sequence[Found], found: Sequence[Found], least: float, as_likely: float) -> Found | None:
    """What the line asks for before all else, if that is one of the `rivals`, which are not told, and has the `least`
    odds; and if nothing is `as_likely`, as a part of it, that may be told."""
    first = max(rivals, key=lambda each: each.weight, default=None)
    if first is None or first.odds < least or any(_is_named_instead(each, first) for each in found):
        return None
    return first if all(each.weight < as_likely * first.weight for each in found) else None


def _is_named_instead(told: Found, hidden: Found) -> bool:
    """Whether the line names the thing that is told of, and not the one of which the same property is hidden."""
    return _are_alike(told, hidden) and told.place[1] >= 0 > hidden.place[1]


def _told(best: Sequence[Found], line: str, language: str) -> Iterator[str]:
    """Their texts: what is told first to a part of the line says plainly whether something is over."""
    for place, each in enumerate(best):
        is_first = all(other.place[0] != each.place[0] for other in best[:place])
        yield outcome.told(each.known, line, language) if is_first else localised(each.known.entry.text, language)


def _best(found: Sequence[Found], language: str, most: int) -> list[Found]:
    """The weightiest of them, without what goes without saying beside the others."""
    once = _told_once([each for each in found if not each.known.entry.verbatim], language)
    return _of_the_player(_of_here(once[:most]))


def _in_order(best: Sequence[Found], first: int) -> list[Found]:
    """As the line asks for them, but for so many that come first."""
    return [*best[:first], *sorted(best[first:], key=lambda each: each.place)]


def _is_quoted(first: Found, line: str, language: str) -> bool:
    """Whether the answer begins with the facts: if the best one answers a question, in the language of the answer.
    `May I open it?` asks for no fact, but it may have one for an answer."""
    text = localised(first.known.entry.text, language)
    is_sought = asks(line) or (first.weight >= TOLD_UNASKED and line.rstrip().endswith(("?", "？")))
    about = words(line)
    is_greeting = bool(about) and _GREETINGS.issuperset(about)
    is_told = is_sought and first.answers and not is_greeting
    return is_told and language_of(text, language) == language


def _of_here(best: list[Found]) -> list[Found]:
    """Where the scene is, beside nothing but what answers, too, if it is among what was found and the line names
    nothing else: that is one place."""
    others = [each for each in best if each.known.id != HERE]
    if len(others) == len(best) or any(each.place[1] >= 0 for each in others):
        return best
    return [each for each in best if each not in others or each.answers]


def _is_beside_named(best: Sequence[Found], named: Iterable[str]) -> bool:
    """Whether they say how things are that the line does not name, and nothing of what it does name: whose the barrels
    are, to who asks whose the ferry is."""
    first = best[0]
    if not property_of(first) or any(each.place[1] >= 0 for each in best if each is first or _are_alike(each, first)):
        return False
    written = [*first.known.entry.text.values(), *chain(*first.known.entry.keys.values())]
    return any(not any(mentions(text, name) for text in written) for name in named)


def _of_one_thing(best: list[Found], is_unsure: bool) -> list[Found]:
    """How one thing is, where the best says that, or which the line names, and not how another one is that the same
    part of the line may have meant; unless the character is unsure, and the other one is no less likely than what the
    line names."""

    def is_of_another(each: Found) -> bool:
        alike = [other for other in best if _are_alike(each, other)]
        named = [other for other in alike if other.place[1] >= 0]
        if named and each not in named:
            return not is_unsure or each.weight < max(other.weight for other in named)
        is_beaten = each.weight < BESIDE_OF_OTHERS * best[0].weight
        return not is_unsure and is_beaten and best[0] in (named or alike)

    return [each for each in best if not is_of_another(each)]


def _are_alike(one: Found, other: Found) -> bool:
    """Whether they tell the same property, for the same part of the line."""
    return property_of(one) == property_of(other) is not None and one.place[0] == other.place[0]


def _of_the_player(best: list[Found]) -> list[Found]:
    """Nothing but what the player has told of themselves, where that is the answer: who asks `What is my name?` wants
    nobody else's."""
    is_told = bool(best) and best[0].answers and best[0].known.id.startswith(TOLD)
    return [each for each in best if not is_told or each.known.id.startswith(TOLD)]


def _of_the_step(found: list[Found]) -> list[Found]:
    """Without what the whole quest is about, where a step of it answers nearly as well: who asks for that is to do it
    now."""
    step = max((each.weight for each in found if each.answers and each.known.is_step), default=0.0)
    return [each for each in found if not (each.known.is_goal and each.weight <= STEP_BEFORE_GOAL * step)]


def _people(persona: Persona) -> list[list[str]]:
    """The names of each person of the character's world."""
    return [_names(thing) for thing in persona.setting.things if thing.kind == "person"]


def _names(thing: Thing) -> list[str]:
    return list(chain(*thing.names.values()))


def _told_once(found: Sequence[Found], language: str) -> list[Found]:
    """Without what a weightier one tells, too: a quest has a goal, and its beats say much the same."""
    kept: list[tuple[Found, str, frozenset[str]]] = []
    for each in found:
        text = localised(each.known.entry.text, language)
        tells = telling_words(text)
        least = max(ENOUGH_WORDS, MUCH_THE_SAME * len(tells))
        if not any(text == told or len(tells & others) >= least for _, told, others in kept):
            kept.append((each, text, tells))
    return [each for each, *_ in kept]


def _otherwise(persona: Persona, language: str, turn: int) -> tuple[str, ...]:
    """Without any fact a small model falls out of character: it gets one of the persona's own."""
    options = localised(persona.otherwise, language) if persona.otherwise else ()
    return (options[turn % len(options)],) if options else ()
