"""Read the part of Yarn Spinner's language that says who says what and where it leads. The rest is named with its line.

Follows the documentation of Yarn Spinner 2 and 3: nodes with headers, options with their answers, `<<if>>`, `<<jump>>`,
`<<declare>>`, characters' names before lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from npc_engine.persona.script import (
    PASSAGE_TAGS,
    ROLES,
    SCRIPT_TAGS,
    Choice,
    Condition,
    Jump,
    Line,
    Passage,
    Script,
    beat_id,
    both,
    condition,
    literal,
    opposite,
)

_EDITOR = ("title", "position", "color", "colorID", "group", "style")
"""Headers that only the editor of the script reads, and the title, which is read first."""
_COMMAND = re.compile(r"<<\s*(?P<name>\w+)\s*(?P<rest>.*?)\s*>>")
_DECLARED = re.compile(r"\$(\w+)\s*(?:=|to)\s*(\"[^\"]*\"|[^\s\"]+)(?:\s+as\s+\w+)?")
_SPEAKER = re.compile(r"(?P<name>[^\s:：][^:：]{0,30})[:：]\s*(?P<text>\S.*)")
_MARKUP = re.compile(r"(?<!\\)\[/?[^\]]*\]")
_PLAYER = ("player", "you", "me", "玩家", "你", "我")
"""Who says the player's own lines."""


def read(text: str, quest: str) -> Script:
    """The script in `text`. Conditions that ask whether a node was visited read paths of the quest with this id."""
    return _Reader(text, quest).read()


@dataclass
class _Frame:
    """An `<<if>>` that is open: what holds inside, or None where a world can't say it."""

    number: int
    asked: Condition | None
    tried: Condition | None = field(default=None)
    """What its `<<else>>` is the opposite of."""


class _Reader:
    def __init__(self, text: str, quest: str) -> None:
        self._lines = [line.expandtabs(4) for line in text.replace("\r\n", "\n").split("\n")]
        self._names = {line.partition(":")[2].strip() for line in self._lines if line.startswith("title:")}
        self._quest = quest
        self._script = Script()
        self._passage = Passage("", 1)
        self._choice: tuple[int, Choice] | None = None
        self._gather: Choice | None = None
        self._frames: list[_Frame] = []
        self._skipped: tuple[int, int, str] | None = None
        self._speakers: dict[int, str] = {}

    def read(self) -> Script:
        in_body = False
        for number, line in enumerate(self._lines, 1):
            if in_body and line.strip() == "===":
                self._close(number)
                in_body = False
            elif in_body:
                self._body(number, re.sub(r"(?<!:)//.*", "", line).rstrip())
            elif line.strip() == "---":
                in_body = True
            elif line.strip() and not line.startswith("//"):
                self._header(number, line)
        if in_body:
            self._note(self._passage.number, f"node '{self._passage.name}' has no `===` at its end")
            self._close(len(self._lines))
        self._keep_one_speaker()
        return self._script

    def _note(self, number: int, words: str) -> None:
        self._script.notes.append((number, words))

    def _header(self, number: int, line: str) -> None:
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "title":
            self._passage = Passage(value, number)
        elif key == "when":
            self._when(number, value)
        elif key in PASSAGE_TAGS:
            self._passage.tags.setdefault(key, []).append(value)
        elif key in ("goal", "story"):
            self._script.tags.setdefault(SCRIPT_TAGS[key == "goal"], []).append(value)
        elif key not in _EDITOR and value:
            self._note(number, f"header `{line.strip()}` means nothing here")

    def _when(self, number: int, value: str) -> None:
        asked = [] if value == "always" else self._condition(value)
        if asked is None or value == "once":
            self._note(number, f"`when: {value}` is no condition that a world can say; write it yourself")
        else:
            self._passage.when = asked

    def _condition(self, text: str) -> Condition | None:
        return condition(re.sub(r"visited\(\"(\w+)\"\)", r"\1", text), self._visited)

    def _visited(self, name: str) -> str | None:
        return None if name.startswith("$") or name not in self._names else f"quest.{self._quest}.{beat_id(name)}"

    def _close(self, number: int) -> None:
        """End a node: what stands behind its options follows each that leads nowhere else."""
        self._leave_skipped(number - 1)
        for frame in self._frames:
            self._note(frame.number, "`<<if>>` has no `<<endif>>`")
        if self._gather:
            for choice in self._passage.choices:
                if choice.target is None and not choice.ends:
                    choice.lines += self._gather.lines
                    choice.target, choice.ends = self._gather.target, self._gather.ends
        self._script.passages.append(self._passage)
        self._choice = self._gather = None
        self._frames = []

    def _body(self, number: int, line: str) -> None:
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        if not text:
            return
        if self._skipped is not None and indent > self._skipped[1]:
            return
        self._leave_skipped(number - 1)
        if self._choice and indent <= self._choice[0]:
            self._choice = None
        if text.startswith("<<") and not self._block(number, text):
            self._command(number, text)
        elif text.startswith("->"):
            self._option(number, indent, text.removeprefix("->").strip())
        elif text.startswith("=>"):
            self._note(number, f"`{text}`: line groups are not imported")
        elif not text.startswith("<<"):
            self._speech(number, text)

    def _leave_skipped(self, until: int) -> None:
        if self._skipped is not None:
            since, _, what = self._skipped
            behind = f", with all of it to line {until}" if until > since else ""
            self._note(since, f"{what} is not imported{behind}")
            self._skipped = None

    def _block(self, number: int, text: str) -> bool:
        """Whether the line was part of an `<<if>>`."""
        found = _COMMAND.fullmatch(text)
        name = found["name"] if found else ""
        if found and name == "if":
            asked = self._condition(found["rest"])
            if asked is None:
                self._note(number, f"`{found['rest']}` is no condition that a world can say; what it holds is left out")
            self._frames.append(_Frame(number, asked, asked))
        elif found and name in ("else", "elseif", "endif") and not self._frames:
            self._note(number, f"`{text}` has no `<<if>>`")
        elif name == "else":
            frame = self._frames[-1]
            frame.asked = opposite(frame.tried) if frame.tried else None
            if frame.asked is None:
                self._note(number, "the opposite of this `<<if>>` can't be said; what `<<else>>` holds is left out")
        elif name == "elseif":
            self._frames[-1].asked = self._frames[-1].tried = None
            self._note(number, f"`{text}` is not imported, with what it holds")
        elif name == "endif":
            self._frames.pop()
        return name in ("if", "else", "elseif", "endif")

    def _holding(self) -> Condition | None:
        """What holds here, by all that is open; None in a part that is left out."""
        holding: Condition | None = []
        for frame in self._frames:
            holding = None if holding is None or frame.asked is None else both(holding, frame.asked)
        return holding

    def _command(self, number: int, text: str) -> None:
        found = _COMMAND.fullmatch(text)
        name, rest = (found["name"], found["rest"]) if found else ("", "")
        if name == "declare":
            self._declare(number, rest)
        elif name == "jump":
            self._jump(number, rest)
        elif name == "stop":
            self._lead(number, None)
        elif name == "set":
            self._note(number, f"`{text}`: only the game changes the state")
        else:
            self._note(number, f"`{text}`: commands are not imported; declare an action in the world")

    def _declare(self, number: int, rest: str) -> None:
        found = _DECLARED.fullmatch(rest)
        try:
            if found is None:
                raise ValueError(rest)
            self._script.state[found[1]] = literal(found[2])
        except ValueError:
            self._note(number, f"`<<declare {rest}>>` begins with what is no text, number, true or false")

    def _jump(self, number: int, target: str) -> None:
        if target in self._names:
            self._lead(number, target)
        else:
            self._note(number, f"`<<jump {target}>>` leads to no node of this file")

    def _lead(self, number: int, target: str | None) -> None:
        """The way on from here; None ends the talk."""
        holding = self._holding()
        choice = self._follows(number)
        if holding is None:
            self._note(number, "a jump under a condition that a world can't say is left out")
        elif choice is None and target is not None:
            self._passage.jumps.append(Jump(number, target, holding))
        elif choice is not None and holding and not choice.when:
            self._note(number, f"`<<jump {target}>>` under a condition inside an option is left out")
        elif choice is not None:
            choice.target, choice.ends = target, target is None

    def _follows(self, number: int) -> Choice | None:
        """The option that is open, or what follows all of them; None before the first."""
        if self._choice:
            return self._choice[1]
        if self._passage.choices and self._gather is None:
            self._gather = Choice(number, "")
        return self._gather

    def _option(self, number: int, indent: int, text: str) -> None:
        if self._choice or self._gather:
            where = "inside an option" if self._choice else "behind what follows others"
            self._skipped = (number, indent, f"an option {where}, `{text}`,")
            return
        when = self._holding()
        for found in re.finditer(r"<<\s*(\w+)\s*(.*?)\s*>>", text):
            asked = self._condition(found[2]) if found[1] == "if" else None
            when = None if when is None or asked is None else both(when, asked)
        said, role = self._tagged(number, re.sub(r"<<.*?>>", "", text))
        said = self._plain(number, _spoken(said)[1])
        if when is None or "{" in said or not said:
            self._skipped = (number, indent, f"an option with `{text}`, whose condition or text a world can't say,")
            return
        choice = Choice(number, said, when, role)
        self._passage.choices.append(choice)
        self._choice = (indent, choice)

    def _tagged(self, number: int, text: str) -> tuple[str, str]:
        text, *tags = re.split(r"(?<!\\)#", text)
        role = ""
        for tag in map(str.strip, tags):
            if tag in ROLES:
                role = tag
            elif not tag.startswith("line:"):
                self._note(number, f"tag `#{tag}` means nothing here")
        return text.strip(), role

    def _speech(self, number: int, text: str) -> None:
        text, role = self._tagged(number, text)
        if role:
            self._note(number, f"tag `#{role}` means something on an option only")
        speaker, said = _spoken(text)
        said = self._plain(number, said)
        when = self._holding()
        if when is None:
            self._note(number, f"`{said}` is left out with its condition")
        elif "{" in said or "<<" in said:
            self._note(number, f"`{said}` is left out: texts of a world are fixed, and this one changes")
        elif speaker.casefold() in _PLAYER:
            self._note(number, f"`{said}` is left out: the player says it")
        elif said:
            self._speakers[number] = speaker
            holder = self._follows(number) or self._passage
            inside = isinstance(holder, Choice) and when == holder.when
            holder.lines.append(Line(number, said, [] if inside else when))

    def _plain(self, number: int, text: str) -> str:
        if _MARKUP.search(text):
            self._note(number, "markup in brackets is left out")
        return re.sub(r"\\(.)", r"\1", _MARKUP.sub("", text)).strip()

    def _keep_one_speaker(self) -> None:
        """A character's own lines: who has most of them, and what is said by nobody."""
        named = Counter(name for name in self._speakers.values() if name)
        kept = ("", *(name for name, _ in named.most_common(1)))
        for passage in self._script.passages:
            holders: list[Passage | Choice] = [passage, *passage.choices]
            for holder in holders:
                for line in holder.lines:
                    if self._speakers[line.number] not in kept:
                        name = self._speakers[line.number]
                        self._note(line.number, f"`{line.text}` is left out: {name} says it, and not {kept[1]}")
                holder.lines = [line for line in holder.lines if self._speakers[line.number] in kept]


def _spoken(text: str) -> tuple[str, str]:
    """Who says it, empty for nobody in particular, and what."""
    found = _SPEAKER.fullmatch(text)
    return (found["name"].strip(), found["text"]) if found else ("", text)
