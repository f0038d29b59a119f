"""The course of the story as facts: what is to be done now, what came of a quest, and what has just happened. Pure.

Nobody needs to write them: the quest has an objective and a line for its end, and the game told the event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from npc_engine.core import quests
from npc_engine.core.language import language_of
from npc_engine.core.questions import kinds_told
from npc_engine.core.state import State
from npc_engine.core.story import Story
from npc_engine.core.wording import TABLES
from npc_engine.persona.base import Localised, LocalisedList, in_language, localised
from npc_engine.persona.mentions import mentions
from npc_engine.persona.world import Beat, LorebookEntry, Quest, Thing

LATE, EVENTS = 100, 6
"""So many of the last lines are looked at, and of the events among them; what came before is for memory."""
_NEXT_KEYS: LocalisedList = {
    "en": ("what should i do", "what do i do", "do next", "next step", "what now", "my task"),
    "zh": ("该做什么", "该怎么办", "下一步", "我的任务", "接下来"),
}
_NEXT: LocalisedList = {
    "en": (
        *("What should I do now?", "What is my next step?", "How do I begin?", "How can I help you?"),
        *("Is there anything left to do?", "Have you got any work for me?", "What can I do for you?"),
        *("I don't know how to go on.", "Give me something to do.", "What is still missing?", "What do you need?"),
        *("You look busy, can I lend a hand?", "Can I take something off you?", "What's keeping us?", "And then?"),
        *("What's on the list?", "I'm ready, what's the plan?", "That is done. What comes after it?"),
        *("Is there a job going?", "Do you need a pair of hands?", "What is my move?", "What is most urgent?"),
        *("What is left on my plate?", "How do I wrap this up?", "I have that. And now?"),
        *("Put me to work.", "Point me at something useful.", "I have nothing to do.", "Got any chores for me?"),
    ),
    "zh": (
        *("我现在该做什么？", "下一步怎么办？", "我该怎么开始？", "我能帮你什么忙？", "还有什么要做的吗？"),
        *("有什么活儿给我干吗？", "我不知道怎么继续了。", "还差什么？", "你需要什么？", "有什么我能替你分担的？"),
        *("看你忙的，要不要我搭把手？", "现在轮到我干什么了？", "然后呢？", "我准备好了，怎么安排？"),
        *("进行到哪一步了？", "你这儿缺不缺人手？", "有没有差事派给我？", "这步做完了，下面呢？"),
        *("眼下什么最要紧？", "给我指条路吧。", "我手头还剩什么事？", "怎么收尾？"),
        *("我闲着呢，派点活儿给我吧。", "我还能干点什么？"),
    ),
}
_GOAL: LocalisedList = {
    "en": (
        *("What is this all about?", "What is the whole task?", "What is the goal?", "What are we trying to do?"),
        *("What is it that you want of me?", "What did I promise to do?", "Remind me what I am here for."),
        *("What is it all for?", "What are we after in the end?", "What will come of all this?"),
    ),
    "zh": (
        *("这到底是怎么回事？", "整个任务是什么？", "目标是什么？", "我们到底要干什么？", "你想让我做什么？"),
        *("我答应了什么事？", "提醒我一下，我是来干什么的？", "这一切是为了什么？", "我们最后要做成什么？"),
    ),
}
_OVER: LocalisedList = {
    "en": (
        *("Is it over?", "Is it done now?", "Did we do it?", "Is the task done?", "Did it work out in the end?"),
        *("How did it end?", "Are we finished?", "What came of it?", "Is everything settled?"),
        *("Are you content with me?", "Do I still owe you anything?", "Is the matter closed?"),
        *("Is that business dealt with?", "So that was all?", "Did I do well?", "Are we square now?"),
        *("Can I rest now?", "Can I go now, or do you want more of me?", "Have we pulled it off?"),
        *("Are we out of the woods?", "Have I done everything you asked of me?"),
        *("Is the case closed?", "Can I put my feet up now?", "Is my work here over?"),
        *("Can I rest, or have you still got chores for me?", "Have you got more work for me, or was that it?"),
        *("Is that the lot?", "Was that everything, or is there more for me to do?"),
    ),
    "zh": (
        *("事情办完了吗？", "我们成功了吗？", "任务完成了吗？", "最后结果怎么样？", "这事算了结了吗？"),
        *("现在都解决了吗？", "你满意了吗？", "结局如何？", "大功告成了吗？", "你托我的事我都做到了吗？"),
        *("我可以歇着了吧？", "这就算完事了？", "那件事处理好了没有？", "我干得怎么样？"),
        *("咱们两清了吧？", "我能走了吗，还有别的事没有？", "没我的事了吧？", "能歇会儿了吗？", "这就齐活了？"),
    ),
}
_LEFT: LocalisedList = {
    "en": (
        *("Is there anything left to do?", "Is there a loose end?", "What else is there to do?"),
        *("Is there anything left on my list?",),
    ),
    "zh": ("还有什么要做的吗？", "还差什么没做吗？", "还有什么没收尾的吗？", "我手上还有没办完的事吗？"),
}
"""What is asked of an end as well as of a step."""
_WHO_ASKS: LocalisedList = {
    "en": (
        *("Who wants this done?", "Who gave me this task?", "Who sent me on this errand?", "Whose idea was this?"),
        *("Who am I doing this for?", "Who asked for it?", "Who put me up to this?", "Who will thank me for it?"),
        *("On whose orders am I here?", "Who is behind this job?", "Who hands out work here?"),
        *("Who could use my help?", "On whose say-so am I doing this?", "Who is so keen to have this done?"),
        *("Who set me to this work?", "Who can tell me what to do next?", "Whom do I turn to with this?"),
    ),
    "zh": (
        *("这事是谁托我办的？", "任务是谁给我的？", "我这是替谁跑腿？", "这是谁的主意？", "谁想办成这件事？"),
        *("是谁让我去的？", "办成了谁会谢我？", "是谁吩咐的？", "这是谁的委托？", "谁这儿有活派？", "谁需要帮手？"),
        *("我这是在替谁忙活？", "是谁催着要办这件事？", "谁派我来干这个的？"),
        *("下一步我该问谁？", "这事我该去找谁？"),
    ),
}
_OVER_OF: LocalisedList = {
    "en": (
        *("Did anybody {goal}?", "Has somebody managed to {goal}?"),
        *("Is the business with {name} over?", "How did the matter of {name} end?"),
    ),
    "zh": ("有人{goal}了吗？", "{goal}，办成了吗？", "{name}的事办完了吗？", "{name}那件事最后怎么样了？"),
}
_STEP_OVER: LocalisedList = {
    "en": ("Is that step done, to {goal}?", "Have I done that already: {goal}?"),
    "zh": ("{goal}，这一步算完成了吗？", "我已经{goal}了吗？"),
}
_OF_ONE = re.compile(
    "|".join(
        re.sub(r"\\\{\w+\\\}", ".+", re.escape(ask))
        for asks in (_OVER_OF, _STEP_OVER)
        for several in asks.values()
        for ask in several
    )
)
"""What asks whether one step or one quest is over, and names it."""
_GOAL_OF: LocalisedList = {
    "en": ("What is this business with {name} all about?", "What is the goal in the matter of {name}?"),
    "zh": ("{name}到底是怎么回事？", "{name}这件事是要干什么？"),
}
_WHO_ASKS_OF: LocalisedList = {
    "en": ("Who wants me to {goal}?", "Who gave me the task of {name}?"),
    "zh": ("是谁让我{goal}？", "是谁想{goal}？", "{name}的事是谁托我办的？"),
}
_WHOM_TO_ASK: LocalisedList = {
    "en": ("Whom should I ask about that?", "Who knows what I have to do?", "Who can tell me more about it?"),
    "zh": ("这事我该问谁？", "谁知道我该怎么做？", "这方面该去请教谁？"),
}
_WHOM_TO_ASK_OF: LocalisedList = {
    "en": ("Who knows how to {goal}?", "Whom should I ask about {name}?"),
    "zh": ("要{goal}，该问谁？", "{name}的事我该问谁？"),
}
_NEXT_OF: LocalisedList = {
    "en": ("What is left to do to {goal}?", "What do I do next in the matter of {name}?"),
    "zh": ("要{goal}，还得做什么？", "{name}的事下一步做什么？", "{name}还差什么？"),
}
"""What is asked of one quest by what is to be done in it, or by its name."""
_ASKED_BY_ME: Localised = {"en": "I want this done: {goal}", "zh": "这事是我想托你办的：{goal}"}
_ASKED_BY: Localised = {"en": "{who} wants this done: {goal}", "zh": "这事是{who}想托你办的：{goal}"}
_TO_BE_ASKED: Localised = {
    "en": "Ask {who} about it. {who} wants this done: {goal}",
    "zh": "你去问{who}吧，这事是{who}想托你办的：{goal}",
}
"""Of whoever wants it done and knows how, said by one who does not."""
_WAS_ASKED_BY_ME: Localised = {"en": "I wanted this done: {goal}", "zh": "那事是我托你办的：{goal}"}
_WAS_ASKED_BY: Localised = {"en": "{who} wanted this done: {goal}", "zh": "那事是{who}托你办的：{goal}"}
_IS_DONE: Localised = {"en": "That is done: {goal}", "zh": "那件事已经完成了：{goal}"}
_NOT_YET: Localised = {"en": "That is not done yet.", "zh": "这事还没办完。"}
_OTHERS_NOT_YET: Localised = {"en": "That is not done yet: {goal}", "zh": "这事还没办完：{goal}"}
_NEWS: LocalisedList = {
    "en": (
        *("What happened?", "What was that?", "What just happened?", "What was that noise?", "Did you hear that?"),
        *("What is going on?", "Did you see that?", "What is the news?", "Has anything happened lately?"),
        *("Why is everybody so excited?", "What did I miss?"),
    ),
    "zh": (
        *("出什么事了？", "刚才怎么了？", "发生了什么？", "那是什么声音？", "你听到了吗？", "你看到了吗？"),
        *("怎么回事？", "有什么新消息吗？", "最近出了什么事？", "大家怎么这么激动？", "我错过了什么？"),
    ),
}
_EARLIER: LocalisedList = {
    "en": (
        *("What happened before that?", "What else happened?", "What happened earlier?", "And before that?"),
        *("What went on while I was away?", "What has happened so far?"),
    ),
    "zh": (
        *("在那之前出了什么事？", "还发生了什么？", "之前发生了什么？", "到现在都发生了什么？"),
        *("我不在的时候出了什么事？",),
    ),
}
_NEWS_OF: LocalisedList = {
    "en": ("What happened to {thing}?", "What has become of {thing}?", "Is there any news of {thing}?"),
    "zh": ("{thing}出什么事了？", "{thing}怎么样了？", "有{thing}的消息吗？"),
}
_DEATH_OF: LocalisedList = {
    "en": ("How did {thing} die?", "Who died just now?"),
    "zh": ("{thing}是怎么死的？", "刚才是谁死了？"),
}
_WHO_DID: LocalisedList = {
    "en": (
        *("Who got this done?", "Who was it that got it done?", "Whose work was that?", "Who managed that?"),
        *("What did I do for you?", "What have I done so far?"),
    ),
    "zh": (
        "这是谁办成的？",
        "是谁完成的？",
        "这是谁的功劳？",
        "谁有这本事？",
        "我帮你办成了什么事？",
        "我都做了些什么？",
    ),
}
_WHO_WAS_TO: LocalisedList = {
    "en": ("Who was it that managed to {goal}?", "Did I {goal}?"),
    "zh": ("是谁{goal}的？", "我{goal}了吗？"),
}
_DONE_BY_YOU: Localised = {"en": "It was you who managed to {aim}.", "zh": "是你{aim}的。"}
_PLACED = re.compile("([从在往到])[^，。从在往到]{1,6}?(?:里面|里|上|外面|门口|边|下)")
_COURSE = (_NEXT, _GOAL, _OVER, _LEFT, _WHO_ASKS, _NEWS, _EARLIER, _WHO_DID)
ASKED = tuple(chain(*(texts for asks in _COURSE for texts in asks.values())))
"""What players ask about the course of any story."""


def of_beat(beat: Beat, quest: Quest) -> list[LorebookEntry]:
    """What holds while the beat is under way: its facts, and its objective.

    Players who ask what to do get the objective, or what the author wrote for those who ask in other words.
    """
    following = _joined(_NEXT, _asked_of(quest, _NEXT_OF))
    if any(map(_tells_what_to_do, beat.facts)):
        return [_asked_more(fact, following) if _tells_what_to_do(fact) else fact for fact in beat.facts]
    return [*beat.facts, LorebookEntry(keys=_NEXT_KEYS, asks=following, text=beat.objective)]


def of_unfinished(beat: Beat, quest: Quest) -> LorebookEntry:
    """That the beat under way is not done, for those who ask whether that is or its quest: what the author says to who
    claims it."""
    of_it = (_asked_of(quest, asks, beat.objective) for asks in (_OVER_OF, _STEP_OVER))
    over = _joined(_OVER, *of_it, _asked_of(quest, _OVER_OF))
    asks = {language: (*several, *in_language(beat.says.finish, language)) for language, several in over.items()}
    early = {language: lines[0] for language, lines in beat.lines.early.items()}
    return LorebookEntry(asks=asks, text=early if "" in early else _NOT_YET | early)


def of_goal(quest: Quest, is_meant: bool = True) -> LorebookEntry:
    """What the quest is about: it holds as long as something of it is to be done. `is_meant`: by whoever names no
    quest."""
    asks = (_GOAL, _asked_of(quest, _GOAL_OF)) if is_meant else (_asked_of(quest, _GOAL_OF),)
    return LorebookEntry(asks=_joined(*asks), text=quest.goal)


def of_offer(beat: Beat, quest: Quest) -> LorebookEntry:
    """What there is to do for somebody who accepts it."""
    following = _joined(_NEXT, _asked_of(quest, _NEXT_OF))
    asks = {language: (*several, *in_language(beat.says.ask, language)) for language, several in following.items()}
    return LorebookEntry(keys=_NEXT_KEYS, asks=asks, text=beat.objective)


def wanting(quest: Quest) -> tuple[str, ...]:
    """Ids of who wants the quest done."""
    return (quest.wanted_by,) if quest.wanted_by else quest.giver


def of_giver(
    quest: Quest, role: str, things: Mapping[str, Thing], is_over: bool = False, is_meant: bool = True
) -> LorebookEntry | None:
    """Who wants done what is to be done, or wanted what `is_over`, as the persona `role` says it: one who speaks of no
    step tells that to those who ask for the next, too. `is_meant`: by whoever names no quest.

    None where nobody does, or several, or somebody for whom the world has no name.
    """
    wants = wanting(quest)
    is_to_be_asked = not is_over and bool(quest.giver) and role not in quest.giver
    if role in wants:
        asked_by, who = _WAS_ASKED_BY_ME if is_over else _ASKED_BY_ME, None
    elif len(wants) == 1 and wants[0] in things:
        by = _TO_BE_ASKED if is_to_be_asked and wants[0] in quest.giver else _ASKED_BY
        asked_by, who = _WAS_ASKED_BY if is_over else by, things[wants[0]].names
    else:
        return None
    text = {
        language: told.format(goal=localised(quest.goal, language), who=localised(who, language)[0] if who else "")
        for language, told in asked_by.items()
    }
    asks = [_WHO_ASKS] if is_meant else []
    asks.append(_asked_of(quest, _WHO_ASKS_OF))
    if is_to_be_asked:
        asks += [_NEXT, _GOAL, _WHOM_TO_ASK] if is_meant else []
        asks += [_asked_of(quest, _NEXT_OF), _asked_of(quest, _GOAL_OF), _asked_of(quest, _WHOM_TO_ASK_OF)]
    return LorebookEntry(asks=_joined(*asks), text=text)


def of_end(quest: Quest, state: State) -> LorebookEntry | None:
    """What came of the quest, in the words that the author wrote for its end."""
    last = quest.beats[-1]
    if not last.lines.done or state.stage(quest) != quests.DONE:
        return None
    over = _joined(_OVER, _asked_of(quest, _OVER_OF), _LEFT)
    asks = {language: (*several, *in_language(last.says.finish, language)) for language, several in over.items()}
    return LorebookEntry(keys={}, asks=asks, text={language: told[0] for language, told in last.lines.done.items()})


def is_begun(quest: Quest, state: State) -> bool:
    """Whether somebody has taken the quest on, or done it."""
    return state.stage(quest) == quests.DONE or bool(quests.active(quest, state.statuses(quest)))


def of_others(quest: Quest, state: State, is_meant: bool = True) -> LorebookEntry:
    """Whether a quest is over that others speak of. `is_meant`: by whoever names no quest."""
    is_done = state.stage(quest) == quests.DONE
    standing, asks = (_IS_DONE, (_OVER, _LEFT)) if is_done else (_OTHERS_NOT_YET, (_OVER,))
    text = {language: told.format(goal=localised(quest.goal, language)) for language, told in standing.items()}
    return LorebookEntry(asks=_joined(_asked_of(quest, _OVER_OF), *(asks if is_meant else ())), text=text)


def of_done(beat: Beat, quest: Quest) -> LorebookEntry:
    """Who did what is done: the player, whose the quest is."""
    told, asks = dict[str, str](), dict[str, tuple[str, ...]]()
    for language, template in _DONE_BY_YOU.items():
        objective, goal = localised(beat.objective, language), localised(quest.goal, language)
        told[language] = template.format(aim=_inside(objective))
        aims = (objective, goal) if beat is quest.beats[-1] else (objective,)
        over = (ask for ask in _OVER_OF[language] if "{goal}" in ask)
        templates = (*_WHO_WAS_TO[language], *_STEP_OVER[language], *over)
        of_it = (ask.format(goal=_inside(aim)) for aim in aims for ask in templates)
        asks[language] = (*_WHO_DID[language], *of_it)
    return LorebookEntry(asks=asks, text=told)


def asked_of_one(entry: LorebookEntry) -> list[str]:
    """Of what an entry answers, what asks whether its own step or quest is over, and names that."""
    return list(filter(_OF_ONE.fullmatch, chain(*entry.asks.values())))


def of_late(story: Story, actor_id: str, things: Iterable[Thing] = ()) -> Iterator[tuple[int, LorebookEntry]]:
    """What the actor has lately seen happen, the oldest first, by its place among the lines. Whoever asks what happened
    to one of the `things` that it speaks of asks for it."""
    begins = max(0, len(story.lines) - LATE)
    late = enumerate(story.lines[begins:], begins)
    heard = [(place, line) for place, line in late if line.is_event and actor_id in line.heard_by]
    for place, line in heard[-EVENTS:]:
        spoken_of = [each for each in things if any(mentions(line.text, name) for name in chain(*each.names.values()))]
        news = _NEWS if place == heard[-1][0] else _EARLIER
        asks = {language: (*news[language], *_of_things(line.text, spoken_of, language)) for language in news}
        asks["zh"] += tuple(_where_of(line.text))
        # the game's words, which are held to other limits than a writer's file
        text = {language_of(line.text, "en"): line.text}
        yield place, LorebookEntry.model_construct(keys={}, asks=asks, text=text)


def _asked_of(quest: Quest, asks: LocalisedList, goal: Localised | None = None) -> LocalisedList:
    """What is asked of this quest alone, by its goal or that of a beat, and by its name."""
    return {
        language: tuple(
            ask.format(goal=_inside(localised(goal or quest.goal, language)), name=_named(quest, language))
            for ask in several
            if goal is None or "{goal}" in ask
        )
        for language, several in asks.items()
    }


def _joined(*asks: LocalisedList) -> LocalisedList:
    return {language: tuple(chain(*(each[language] for each in asks))) for language in asks[0]}


def _named(quest: Quest, language: str) -> str:
    return _inside(localised(quest.name, language))


def _inside(sentence: str) -> str:
    """A sentence as a part of another one."""
    return f"{sentence[0].lower()}{sentence[1:].rstrip('.。')}"


def _of_things(text: str, things: Iterable[Thing], language: str) -> Iterator[str]:
    """Questions for an event of which the `text` tells, by the things that it speaks of."""
    table, is_death = TABLES[language], "alive" in kinds_told(text)
    for thing in things:
        asks = (*_NEWS_OF[language], *(_DEATH_OF[language] if is_death and thing.kind == "person" else ()))
        names = localised(thing.names, language)[: None if thing.kind == "person" else 1]
        called = [table.thing(thing, name, False) for name in names]
        yield from (ask.format(thing=name) for name in called for ask in asks)


def _where_of(text: str) -> Iterator[str]:
    """Questions for where something came from or was, by the words of a Chinese sentence that tells it."""
    yield from (
        text[: found.start()] + found[1] + "哪里" + text[found.end() :].rstrip("。") + "？"
        for found in _PLACED.finditer(text)
    )


def _tells_what_to_do(fact: LorebookEntry) -> bool:
    return not set(chain(*_NEXT_KEYS.values())).isdisjoint(chain(*fact.keys.values()))


def _asked_more(fact: LorebookEntry, following: LocalisedList) -> LorebookEntry:
    asks = {language: (*in_language(fact.asks, language), *more) for language, more in following.items()}
    return fact.model_copy(update={"asks": fact.asks | asks})
