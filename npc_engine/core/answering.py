"""Think out how a line is answered: with which facts, with whose own words, and what it would move.

A plan may be thrown away, since the player may go on; only when the line was really said is it carried out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from npc_engine.core import course, quests, wishes
from npc_engine.core.actions import Call, Person, Situation, eligible, is_legal, only_call, outcome, parse
from npc_engine.core.address import names_called, unaddressed
from npc_engine.core.chronicle import Chronicle
from npc_engine.core.clauses import joined
from npc_engine.core.decision import decision_prompt, waiting_decision
from npc_engine.core.deeds import claimed_deed
from npc_engine.core.facts import SMALL_TALK, Chosen, facts_for
from npc_engine.core.feelings import shown
from npc_engine.core.gate import Gate, Ground
from npc_engine.core.grounding import asks_fact
from npc_engine.core.hints import hint_for
from npc_engine.core.intent import QUESTIONS, Intent, Intents, intent_of, no_intents
from npc_engine.core.journal import ActionAsked, ActionEnded
from npc_engine.core.known import Known
from npc_engine.core.ledger import Ledger
from npc_engine.core.meaning import (
    MEANT,
    STANCES,
    Kinship,
    Likeness,
    Stance,
    nothing_akin,
    nothing_alike,
    stance,
    wants,
)
from npc_engine.core.memory import TOLD, asks_whether_told, memories, recalls, reminded
from npc_engine.core.moderation import NOTHING, Moderation
from npc_engine.core.names import Names
from npc_engine.core.outdated import outdated
from npc_engine.core.plan import Plan, QuestMove
from npc_engine.core.prompt import Prompt
from npc_engine.core.questions import addresses, asks, owned
from npc_engine.core.quests import Status
from npc_engine.core.relevance import compared
from npc_engine.core.scene import Character
from npc_engine.core.secrets import Secrets
from npc_engine.core.shorthand import spelled_out
from npc_engine.core.truth import Truth, everywhere
from npc_engine.core.wishes import Wished
from npc_engine.persona.base import Localised, LocalisedList, in_language, localised
from npc_engine.persona.mentions import mentions
from npc_engine.persona.model import Persona
from npc_engine.persona.relationship import Show
from npc_engine.persona.world import Action, Beat, Fact, World
from npc_engine.protocol import Cue

_OPENING = re.compile(
    r"^\W*(?:(?:hello|hi|hey|howdy|good (?:morning|day|evening|afternoon)|(?:excuse|pardon) me|sorry|please"
    r"|listen|oh|so|okay|ok)"
    r"(?:,? (?:there|again|friend|sir|madam|miss))?"
    r"|(?:like |as )?i (?:just )?(?:said|told you)(?= ?[,:])|once (?:more|again)|again"
    r"|你好|您好|嗨|喂|哈喽|请问|打扰一下|不好意思|早上好|晚上好|我?都?说(?:过)?了|再说一[遍次])(?:[,.!?:，。！？：~]+\s*|\s+)",
    re.IGNORECASE,
)
_TELLING = re.compile(r"\w.*\s.*\w|[\u3400-\u9fff]{2,}")
"""At least two words."""
_UNSURE: LocalisedList = {
    "en": ("I am not sure, but this I know.", "I can't say for certain. All I know is this."),
    "zh": ("这我说不准，我只知道这个。", "我不太确定，我知道的是这个。"),
}
"""What a character says before facts that may miss the question, whose author wrote nothing for it."""
_NO_MORE: LocalisedList = {
    "en": ("I don't know more than that.", "More than that I can't tell you."),
    "zh": ("别的我就不清楚了。", "再多的我就不知道了。"),
}
"""The same behind facts that may be less than what is asked."""
_NEVER_TOLD: Localised = {
    "en": "You have not told me that, so I do not know.",
    "zh": "这个你还没告诉过我，所以我不知道。",
}
"""What a character says to who asks whether they have told something, and has told nothing."""
BEFORE = 4
"""Lines that `it` and `there` may refer back to."""


class Answering:
    """Plans for the lines of one player."""

    def __init__(
        self,
        player_name: str,
        likeness: Likeness = nothing_alike,
        kinship: Kinship = nothing_akin,
        intents: Intents = no_intents,
        moderation: Moderation = NOTHING,
    ) -> None:
        """`likeness` tells which lines mean the same, `kinship` which facts answer a line, and `intents` what it asks
        for; what `moderation` lists is never said."""
        self._player_name = player_name
        self._likeness, self._kinship, self._intents = likeness, kinship, intents
        self._moderation = moderation
        self._names: dict[int, tuple[World, Names]] = {}

    def plan(self, chronicle: Chronicle, character: Character, line: str, language: str) -> Plan:
        """How the character would answer the line."""
        line = unaddressed(spelled_out(line, language), _called(character))
        moved = self._quest(chronicle, character, line, language)
        if moved:
            return moved
        intent = intent_of(asked_of(line), self._intents)
        chosen = self._facts(chronicle, character, line, language)
        is_doubtful = chosen.unsure or not (chosen.quote or chosen.verbatim)
        if intent and (is_doubtful or intent == "survey"):
            # Its words leave in doubt what it asks for, or whether it asks at all: what it sounds like may tell. And
            # what places there are is kept from lines whose words don't ask for it.
            again = self._facts(chronicle, character, line, language, intent)
            chosen = again if again.confident and (is_doubtful or not again.unsure) else chosen
        # What is said for want of a fact, a small model would drop for whatever the player dictates.
        exact = chosen.facts[0] if chosen.facts and (chosen.verbatim or not chosen.touched) else None
        facts = chosen.facts
        is_secret = chosen.untold in {known.id for known in chronicle.view(character).kept_back()}
        if chosen.confident and asks(asked_of(line)) and is_secret:
            # What it may tell comes near, and is not what is asked.
            chosen = replace(chosen, confident=False, unanswered=True)
        is_recall = recalls(line) or (intent == "told" and asks(line))
        is_recall |= chosen.unsure and _is_told_of(chronicle, character, line)
        if (is_recall or not chosen.confident) and not chosen.verbatim:
            # who claims a deed once more is not told that they have claimed it
            is_claim = not is_recall and claimed_deed(line) is not None
            is_asked = is_recall or chosen.unanswered
            remembered = () if is_claim else self._memories(chronicle, character, line, language, is_asked)
            if remembered:
                chosen = replace(chosen, quote=remembered[0] if is_recall else "", unsure=False, short=False)
                facts, exact = remembered, None
            elif asks_whether_told(line) and not _has_heard_player(chronicle, character):
                exact = _NEVER_TOLD.get(language) or exact
            elif chosen.unanswered or (is_recall and not any(map(addresses, chosen.facts))):
                exact = self._unknown(chronicle, character, is_secret, language) or exact
        shows = shown(character.persona.relationship, chronicle.state.of(character))
        mood = tuple(localised(show.text, language) for show in shows if show.text)
        wish = Wished() if chosen.verbatim else self._wished(chronicle, character, line, language)
        # a mood colours the words, so they are all the model's
        quote = "" if exact or mood else chosen.quote
        fallbacks = character.persona.fallbacks
        return Plan(
            facts=() if exact else facts,
            quote=quote,
            doubt=_authored(fallbacks.unsure, _UNSURE, chronicle, language) if quote and chosen.unsure else "",
            closing=_authored(fallbacks.no_more, _NO_MORE, chronicle, language) if quote and chosen.short else "",
            answers=chosen.confident or facts is not chosen.facts,
            told=_private(chronicle, character, language, chosen.ids),
            exact=exact,
            mood=mood,
            shows=tuple(_cue(show) for show in shows if show.emotion),
            may_do=wish.options,
            must_do=wish.certain,
        )

    def deed(self, chronicle: Chronicle, character: Character, actions: Sequence[str], language: str) -> Plan | None:
        """How the character would do one of these actions; None if none of them is legal."""
        legal = eligible(character.actions, self._situation(chronicle, character, language))
        meant = tuple(each for each in legal if each.action.name in actions)
        return Plan(may_do=meant, must_do=True) if meant else None

    def waiting_decision(self, conversation: str, language: str) -> Prompt:
        """All of `decision` that is known before the player speaks."""
        return waiting_decision(_deeds(conversation), language)

    def decision(self, conversation: str, line: str, plan: Plan, language: str) -> Prompt:
        """Ask the model which of the legal actions the line asks for, if any."""
        return decision_prompt(_deeds(conversation), line, plan.may_do, language, plan.must_do)

    def settled(self, plan: Plan) -> Call | None:
        """What is to be done where nothing is left to choose: no model needs to be asked."""
        return only_call(plan.may_do) if plan.must_do else None

    def chosen(self, decision: str, plan: Plan) -> Call | None:
        """The legal action that the model chose, or None."""
        return parse(decision, plan.may_do)

    def legal(self, chronicle: Chronicle, character: Character, call: Call) -> Action | None:
        """The action, if the game may still be asked for it in the state of this moment."""
        situation = self._situation(chronicle, character, character.persona.languages[0])
        if not is_legal(call, character.actions, situation):
            return None
        return next(action for action in character.actions if action.name == call.name)

    def result(
        self, chronicle: Chronicle, character: Character, asked: ActionAsked, ended: ActionEnded, language: str
    ) -> str:
        """What came of an action, as a fact for the character who asked for it."""
        action = next(action for action in character.actions if action.name == asked.name)
        result = outcome(action, asked.args, ended.status, self._situation(chronicle, character, language))
        return f"{result} {ended.detail}" if ended.detail and ended.status != "failed" else result

    def gate(
        self, chronicle: Chronicle, character: Character, line: str, plan: Plan, language: str, action: str | None
    ) -> Gate:
        """What a clause of the reply must pass before it is spoken; `action` is the one that the reply speaks of."""
        state, view, setting = chronicle.state, chronicle.view(character), character.persona.setting
        told, _ = self._holding(chronicle, character)
        tellable = tuple(text for known in told for text in known.entry.text.values())
        return Gate(
            Ground(
                persona=character.persona,
                role=character.role,
                names=self._names_of(setting),
                lookup=state.of(character),
                knows=view.knows_state,
                line=line,
                language=language,
                facts=plan.facts if plan.answers else (),
                reserve=joined(filter(None, [plan.doubt, plan.closing])),
                tellable=tellable,
                kept=tuple(view.kept()),
                quests=tuple((quest, state.statuses(quest)) for quest in state.quests_of(character)),
                moderation=self._moderation,
                ledger=Ledger(
                    character.actor_id,
                    tuple(chronicle.story.deeds.values()),
                    action,
                    character.actions,
                    setting.things,
                    state.of(character),
                ),
            )
        )

    def _names_of(self, world: World) -> Names:
        """The names of a world's things, made once for each."""
        if id(world) not in self._names:
            self._names[id(world)] = (world, Names(world.things))
        return self._names[id(world)][1]

    def _holding(self, chronicle: Chronicle, character: Character) -> tuple[list[Known], list[Known]]:
        """What the character may tell, without events that say what it keeps, and what it does not know or keeps to
        itself; both without what its author wrote and the state has left behind."""
        view, names = chronicle.view(character), self._names_of(character.persona.setting)
        truth = Truth(names, chronicle.state.of(character), view.knows_state, everywhere(character.persona, names))
        secrets = Secrets(view.kept(), (), names, character.role)

        def is_current(known: Known) -> bool:
            is_left_behind = outdated(known.entry, truth, character.role, moved=known.happened)
            return known.of_state or known.of_course or not is_left_behind

        def is_kept(known: Known) -> bool:
            return known.happened and any(map(secrets.told, known.entry.text.values()))

        tellable = [known for known in view.tellable() if is_current(known) and not is_kept(known)]
        return tellable, list(filter(is_current, [*view.kept_back(), *view.unknown()]))

    def _facts(
        self, chronicle: Chronicle, character: Character, line: str, language: str, intent: Intent | None = None
    ) -> Chosen:
        tellable, untold = self._holding(chronicle, character)
        return facts_for(
            tellable,
            chronicle.state.undeclared(),
            character.persona,
            asked_of(line),
            language,
            len(chronicle.story.lines),
            _hint(chronicle, character, line, language, intent),
            self._likeness,
            self._kinship,
            _before(chronicle, character),
            untold,
            intent,
        )

    def _unknown(self, chronicle: Chronicle, character: Character, is_secret: bool, language: str) -> str | None:
        """What the character says to a question that nothing it may tell answers."""
        persona = character.persona
        options = persona.fallbacks.keeps if is_secret and persona.fallbacks.keeps else persona.unknown
        written = in_language(options, language)
        return _in_turn(written, chronicle) if written else None

    def _memories(
        self, chronicle: Chronicle, character: Character, line: str, language: str, is_asked: bool
    ) -> tuple[str, ...]:
        """What the line reminds the character of, where no fact answers it: a question of what was said just now,
        too."""
        names = character.persona.name.values()
        found = memories(chronicle.story, character.actor_id, language, self._player_name, is_asked, names)
        if is_asked and self._kinship is not nothing_akin:
            # what happened of late was a fact among others, and is no answer
            late = course.of_late(chronicle.story, character.actor_id)
            known = {text for _, event in late for text in event.text.values()}
            found = [memory for memory in found if memory.text not in known]
        return reminded(found, line, len(chronicle.story.lines), self._likeness, self._kinship)

    def _quest(self, chronicle: Chronicle, character: Character, line: str, language: str) -> Plan | None:
        """What the player's words do to a quest, judged by them alone: ask for a task, accept it, turn it down, or say
        that it is done, which only the game knows."""
        state = chronicle.state
        for quest in state.quests_of(character):
            statuses = state.statuses(quest)
            open_to = quests.legal(quest, statuses, state.value)
            for beat in [*open_to, *quests.active(quest, statuses)]:
                moved = self._moved(line, beat, statuses.get(beat.id))
                if moved:
                    status, answers = moved
                    written = in_language(answers, language) or (localised(beat.objective, language),)
                    move = QuestMove(quest, beat, status) if status != statuses.get(beat.id) else None
                    return Plan(exact=_in_turn(written, chronicle), move=move)
        return None

    def _moved(self, line: str, beat: Beat, status: Status | None) -> tuple[Status, LocalisedList] | None:
        """How the beat stands after the line, and what is answered to that; None where the line is not about it."""
        said, lines = beat.says, beat.lines
        if status == "active":
            claimed = lines.early and said.finish and self._stance(line, beat) == "finish"
            return ("active", lines.early) if claimed else None
        if status == "offered":
            match self._stance(line, beat):
                case "accept":
                    return "active", lines.accepted
                case "refuse":
                    return "refused", lines.refused
        asked = said.ask and wants(line, _all(said.ask), self._likeness) >= MEANT
        return ("offered", lines.offered) if asked else None

    def _stance(self, line: str, beat: Beat) -> Stance | None:
        says = beat.says
        examples: dict[Stance, tuple[str, ...]] = {
            "accept": _all(says.accept),
            "refuse": _all(says.refuse),
            "finish": _all(says.finish),
        }
        return stance(line, examples, self._likeness)

    def _wished(self, chronicle: Chronicle, character: Character, line: str, language: str) -> Wished:
        legal = eligible(character.actions, self._situation(chronicle, character, language))
        worded = wishes.worded(line, legal)
        if worded.options or not legal or asks_fact(line, self._names_of(character.persona.setting)):
            return worded
        items = [thing for thing in chronicle.state.things if thing.kind == "item"]
        return wishes.wished(line, legal, self._likeness, language, items)

    def _situation(self, chronicle: Chronicle, character: Character, language: str) -> Situation:
        state = chronicle.state
        others = [Person.of(each) for each in chronicle.scene if each is not character]
        player = Person.player(self._player_name)
        return Situation(Person.of(character), (player, *others), tuple(state.things), state.of(character), language)


def compared_with(persona: Persona, role: str) -> list[str]:
    """The texts that lines to this persona are compared with, at the beginning of its story or, if an author wrote
    them, at any time."""
    chronicle, character = Chronicle(), Character(role, persona, role)
    chronicle.join(character)
    ever = compared(Known("", entry) for entry in chronicle.view(character).ever())
    asked = (text for language in persona.languages for text in wishes.compared(character.actions, language))
    beats = (beat for quest in chronicle.state.quests_of(character) for beat in quest.beats)
    said = (_all(each) for beat in beats for each in (beat.says.ask, beat.says.accept, beat.says.refuse))
    now, always = compared_now(chronicle, character), (*course.ASKED, *SMALL_TALK, *STANCES, *QUESTIONS)
    return list(dict.fromkeys(chain(now, ever, always, asked, *said)))


def compared_now(chronicle: Chronicle, character: Character) -> list[str]:
    """The texts of facts that lines to a character are compared with at this moment of the story."""
    view = chronicle.view(character)
    return compared([*view.tellable(), *view.kept_back(), *view.unknown()])


def _authored(written: LocalisedList, else_said: LocalisedList, chronicle: Chronicle, language: str) -> str:
    """What an author wrote, or else the engine's own words, one of them after the other."""
    options = in_language(written, language) if written else else_said.get(language, ())
    return _in_turn(options, chronicle) if options else ""


def _deeds(conversation: str) -> str:
    """The key of what is decided in a conversation."""
    return f"{conversation}/deeds"


def _called(character: Character) -> frozenset[str]:
    """By what words the character may be addressed."""
    persona = character.persona
    own = [thing.names for thing in persona.setting.things if thing.id == character.role]
    return names_called([*persona.name.values(), *(name for names in own for name in _all(names))])


def asked_of(line: str) -> str:
    """The line without what opens a talk, or says that it is said again: `Hello! Where is the key?` asks where the key
    is, and `I said: I opened it.` for nothing that was said."""
    rest = _OPENING.sub("", line, count=1).strip()
    return rest if rest and rest != line and _TELLING.search(rest) else line


def _private(
    chronicle: Chronicle, character: Character, language: str, ids: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Of the facts beside a line, those that not everybody knows."""
    known = chronicle.view(character).tellable()
    private = [each.entry for each in known if each.id in ids and isinstance(each.entry, Fact) and each.entry.known_by]
    return tuple((fact.id, localised(fact.text, language)) for fact in private)


def _is_told_of(chronicle: Chronicle, character: Character, line: str) -> bool:
    """Whether the player has told the character of what the line calls their own: `Where does my sister work?`"""
    told = (known for known in chronicle.view(character).tellable() if known.id.startswith(TOLD))
    return any(mentions(text, word) for known in told for text in known.entry.text.values() for word in owned(line))


def _has_heard_player(chronicle: Chronicle, character: Character) -> bool:
    """Whether the character heard the player say anything before."""
    lines = (line for line in chronicle.story.lines if line.actor_id is None and not line.is_event)
    return any(character.actor_id in line.heard_by for line in lines)


def _before(chronicle: Chronicle, character: Character) -> list[str]:
    """The last lines that the character heard."""
    heard = [line.text for line in chronicle.story.lines[-2 * BEFORE :] if character.actor_id in line.heard_by]
    return heard[-BEFORE:]


def _cue(show: Show) -> Cue:
    return Cue(t_ms=0, kind="emotion", value=show.emotion or "", weight=show.weight)


def _in_turn(written: tuple[str, ...], chronicle: Chronicle) -> str:
    return written[len(chronicle.story.lines) % len(written)]


def _all(texts: LocalisedList) -> tuple[str, ...]:
    return tuple(text for several in texts.values() for text in several)


def _hint(chronicle: Chronicle, character: Character, line: str, language: str, intent: Intent | None) -> str | None:
    """What helps a player who is stuck in a quest that the character speaks of."""
    told = {fact for spoken in chronicle.story.lines for fact in spoken.facts}
    others = [each for each in chronicle.state.things if each.kind == "person" and each.id != character.role]
    people = [name for each in others for name in _all(each.names)]
    hints = (hint_for(beat, line, language, told, people, intent) for beat in chronicle.state.beats(character))
    return next((hint for hint in hints if hint), None)
