"""Read the part of Ink that says who says what and where it leads. The rest is named with its line, never guessed.

Follows the language as its authors describe it ("Writing with ink"): knots and stitches, choices with their answers,
one gather, diverts, conditions, variables, tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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

_KNOT = re.compile(r"={2,}\s*(?P<function>function\s+)?(?P<name>\w+)\s*(?P<params>\(.*\))?\s*=*")
_STITCH = re.compile(r"=\s*(?P<name>\w+)\s*(?P<params>\(.*\))?")
_VARIABLE = re.compile(r"(?:VAR|CONST)\s+(\w+)\s*=\s*(.+)")
_BULLETS = re.compile(r"(?P<marks>(?:[*+]\s*)+|(?:-(?!>)\s*)+)(?:\((?P<label>\w+)\)\s*)?")
_DIVERT = re.compile(r"^(?P<text>.*?)->\s*(?P<target>[\w.]+)\s*$")
_CONDITION = re.compile(r"\{(?P<when>[^{}:|]+)\}\s*")
_EITHER = re.compile(r"\{(?P<when>[^{}:|]+):(?P<then>[^{}|]*)(?:\|(?P<other>[^{}|]*))?\}")
_BEGINNING = "(beginning)"
"""What stands before the first knot, by a name that no knot can have."""
_ENDS = ("END", "DONE")
_KEYWORDS = {
    "INCLUDE": "another file is not read; import it by itself, or paste it in",
    "EXTERNAL": "functions of the game are not called; declare an action in the world",
    "LIST": "lists are not imported; write a value in `state`",
}


def read(text: str, quest: str) -> Script:
    """The script in `text`. Conditions that ask whether a knot was seen read paths of the quest with this id."""
    return _Reader(text, quest).read()


class _Reader:
    def __init__(self, text: str, quest: str) -> None:
        self._lines = _without_comments(text).split("\n")
        self._quest = quest
        self._script = Script()
        self._passage = Passage(_BEGINNING, 1)
        self._knot = ""
        self._choice: Choice | None = None
        self._gather: Choice | None = None
        self._skipped: tuple[int, str, bool] | None = None
        """Since which line, what, and whether it goes on to the end of the passage."""
        self._names = set(self._named())

    def read(self) -> Script:
        number = 0
        while number < len(self._lines):
            number += 1
            line = self._lines[number - 1].strip()
            if line.startswith("{") and line.count("{") > line.count("}"):
                number = self._block(number)
            elif line:
                self._take(number, line)
        self._close(number)
        self._script.passages = [each for each in self._script.passages if _says_something(each)]
        for passage in self._script.passages:
            self._resolve(passage)
        return self._script

    def _named(self) -> Iterator[str]:
        """Knots, and stitches with their knot, functions left out."""
        knot = ""
        for line in map(str.strip, self._lines):
            if found := _KNOT.fullmatch(line):
                knot = found["name"]
                yield from () if found["function"] else (knot,)
            elif found := _STITCH.fullmatch(line):
                yield f"{knot}.{found['name']}"

    def _note(self, number: int, words: str) -> None:
        self._script.notes.append((number, words))

    def _take(self, number: int, line: str) -> None:
        if found := _KNOT.fullmatch(line):
            self._knot = found["name"]
            self._open(number, self._knot, "a function" if found["function"] else found["params"])
        elif found := _STITCH.fullmatch(line):
            self._open(number, f"{self._knot}.{found['name']}", found["params"])
        elif self._skipped is None or self._ends_skipping(line):
            self._leave_skipped(number - 1)
            self._statement(number, line)

    def _ends_skipping(self, line: str) -> bool:
        """Whether a choice that is skipped ends: at the next of the first level."""
        found = _BULLETS.match(line)
        whole = self._skipped is not None and self._skipped[2]
        return not whole and found is not None and len(found["marks"].replace(" ", "")) == 1

    def _leave_skipped(self, until: int) -> None:
        if self._skipped is not None:
            since, what, _ = self._skipped
            behind = f", with all of it to line {until}" if until > since else ""
            self._note(since, f"{what} is not imported{behind}")
            self._skipped = None

    def _open(self, number: int, name: str, strange: str | None) -> None:
        """Begin a passage; one with parameters, or a function, is skipped."""
        self._close(number - 1)
        self._passage = Passage(name, number)
        if strange:
            what = strange if strange == "a function" else f"a knot with parameters {strange}"
            self._skipped = (number, f"'{name}', {what},", True)

    def _close(self, number: int) -> None:
        """End a passage: what stands behind its choices follows each that leads nowhere else."""
        self._leave_skipped(number)
        gather = self._gather
        for choice in self._passage.choices if gather else ():
            assert gather is not None
            if choice.target is None and not choice.ends:
                choice.lines += gather.lines
                choice.target, choice.ends = gather.target, gather.ends
        self._choice = self._gather = None
        self._script.passages.append(self._passage)

    def _block(self, number: int) -> int:
        """Skip a conditional or sequence of several lines; the number of its last one."""
        depth, end = 0, number - 1
        while end < len(self._lines):
            depth += self._lines[end].count("{") - self._lines[end].count("}")
            end += 1
            if depth <= 0:
                break
        if self._skipped is None:
            self._note(number, f"a block in braces is not imported, with all of it to line {end}")
        return end

    def _statement(self, number: int, line: str) -> None:
        keyword = line.split(maxsplit=1)[0]
        if line.startswith("TODO"):
            return
        if found := _VARIABLE.fullmatch(line):
            self._variable(number, found[1], found[2].strip())
        elif keyword in _KEYWORDS:
            self._note(number, f"`{line}`: {_KEYWORDS[keyword]}")
        elif line.startswith("~"):
            self._note(number, f"`{line}`: only the game changes the state")
        elif line.startswith("<-"):
            self._note(number, f"`{line}`: threads are not imported")
        elif line.startswith("#"):
            self._tags(number, line)
        else:
            self._speech(number, line)

    def _variable(self, number: int, name: str, value: str) -> None:
        try:
            self._script.state[name] = literal(value)
        except ValueError:
            self._note(number, f"variable '{name}' begins with `{value}`, which is no text, number, true or false")

    def _tags(self, number: int, line: str) -> None:
        for tag in filter(None, (each.strip() for each in line.split("#"))):
            key, _, value = (part.strip() for part in tag.partition(":"))
            if value and key in PASSAGE_TAGS:
                self._passage.tags.setdefault(key, []).append(value)
            elif value and key in SCRIPT_TAGS:
                self._script.tags.setdefault(key, []).append(value)
            else:
                self._note(number, f"tag `#{tag}` means nothing here")

    def _speech(self, number: int, line: str) -> None:
        found = _BULLETS.match(line)
        if found is None:
            self._content(number, line)
            return
        if found["label"]:
            self._note(number, f"label ({found['label']}) is left out")
        rest = line[found.end() :].strip()
        level = len(found["marks"].replace(" ", ""))
        is_choice = found["marks"][0] in "*+"
        if level > 1 and (is_choice or self._choice):
            self._skipped = (number, f"a choice inside a choice, `{line}`,", False)
        elif not is_choice:
            self._gathered(number, rest)
        elif self._gather is not None:
            self._skipped = (number, f"a choice behind a gather, `{line}`,", True)
        else:
            self._chosen(number, rest)

    def _gathered(self, number: int, rest: str) -> None:
        if self._passage.choices:
            self._choice, self._gather = None, Choice(number, "")
        if rest:
            self._content(number, rest)

    def _chosen(self, number: int, rest: str) -> None:
        when: Condition | None = []
        whole = rest
        while when is not None and (found := _CONDITION.match(rest)):
            asked = condition(found["when"].strip(), self._visited)
            when = None if asked is None else both(when, asked)
            rest = rest[found.end() :]
        text, role = self._role(number, rest)
        text, target, ends = self._divert(number, text)
        before, inside, after = _brackets(text)
        said = _plain(before + inside)
        if before.strip() and after.strip():
            self._note(number, f"`{after.strip()}` is left out: it is printed behind the player's words")
            after = ""
        if when is None or "{" in said:
            self._skipped = (number, f"a choice with `{whole}`, whose condition or text a world can't say,", False)
            self._choice = None
        elif not said:
            self._fallback(number, target)
        else:
            self._choice = Choice(number, said, when, role, target=target, ends=ends)
            self._passage.choices.append(self._choice)
            self._say(number, after, [])

    def _fallback(self, number: int, target: str | None) -> None:
        """A choice that nobody says is the way on when no other is left."""
        self._choice = None
        if target is None:
            self._note(number, "a choice without words is left out")
        else:
            self._passage.jumps.append(Jump(number, target))

    def _role(self, number: int, text: str) -> tuple[str, str]:
        text, *tags = re.split(r"(?<!\\)#", text)
        role = ""
        for tag in map(str.strip, tags):
            if tag in ROLES:
                role = tag
            else:
                self._note(number, f"tag `#{tag}` means nothing here")
        return text.strip(), role

    def _content(self, number: int, line: str) -> None:
        text, role = self._role(number, line)
        if role:
            self._note(number, f"tag `#{role}` means something on a choice only")
        if found := _EITHER.fullmatch(text):
            self._either(number, found["when"].strip(), found["then"], found["other"] or "")
            return
        text, target, ends = self._divert(number, text)
        self._say(number, text, [])
        self._lead(number, target, ends, [])

    def _either(self, number: int, asked: str, then: str, other: str) -> None:
        when = condition(asked, self._visited)
        if when is None:
            self._note(number, f"`{asked}` is no condition that a world can say; the line is left out")
            return
        for words, holding in ((then, when), (other, opposite(when))):
            text, target, ends = self._divert(number, words)
            if holding is not None:
                self._say(number, text, holding)
                self._lead(number, target, ends, holding)
            elif words.strip():
                self._note(number, f"`{words.strip()}` is left out: the opposite of `{asked}` can't be said")

    def _say(self, number: int, text: str, when: Condition) -> None:
        said = _plain(text)
        if "{" in said:
            self._note(number, f"`{said}` is left out: texts of a world are fixed")
        elif said:
            holder = self._gather or self._choice or self._passage
            holder.lines.append(Line(number, said, when))

    def _lead(self, number: int, target: str | None, ends: bool, when: Condition) -> None:
        holder = self._gather or self._choice
        if holder is None and target is not None:
            self._passage.jumps.append(Jump(number, target, when))
        elif holder is not None and when and target is not None:
            self._note(number, f"`-> {target}` under a condition inside a choice is left out")
        elif holder is not None:
            holder.target, holder.ends = target or holder.target, ends or holder.ends

    def _divert(self, number: int, text: str) -> tuple[str, str | None, bool]:
        """The text without the divert at its end, where that leads, and whether it ends the story."""
        found = _DIVERT.match(text)
        if found is None or "->" in found["text"]:
            if "->" in text:
                self._note(
                    number, f"`{text[text.index('->') :].strip()}`: tunnels and diverts with arguments are not imported"
                )
                text = text[: text.index("->")]
            return text, None, False
        target = found["target"]
        return (found["text"], None, True) if target in _ENDS else (found["text"], self._whole(number, target), False)

    def _whole(self, number: int, target: str) -> str | None:
        """The name of the passage that a divert means: a stitch of this knot, else any."""
        for name in (f"{self._knot}.{target}", target):
            if name in self._names:
                return name
        self._note(number, f"`-> {target}` leads to nothing that is imported")
        return None

    def _visited(self, name: str) -> str | None:
        whole = next((each for each in (f"{self._knot}.{name}", name) if each in self._names), None)
        return whole and f"quest.{self._quest}.{beat_id(whole)}"

    def _resolve(self, passage: Passage) -> None:
        """Let what leads to a knot without words of its own lead to its first stitch."""
        there = [each.name for each in self._script.passages]

        def first(target: str) -> str:
            return target if target in there else next((n for n in there if n.startswith(f"{target}.")), target)

        passage.jumps = [Jump(jump.number, first(jump.target), jump.when) for jump in passage.jumps]
        for choice in passage.choices:
            choice.target = choice.target and first(choice.target)


def _says_something(passage: Passage) -> bool:
    return bool(passage.lines or passage.choices or passage.jumps)


def _brackets(text: str) -> tuple[str, str, str]:
    before, _, rest = text.partition("[")
    inside, _, after = rest.partition("]")
    return before, inside, after


def _plain(text: str) -> str:
    """Without glue and escapes."""
    return re.sub(r"\s+", " ", re.sub(r"\\(.)", r"\1", text.replace("<>", " "))).strip()


def _without_comments(text: str) -> str:
    """The text with comments gone and its lines where they were."""
    text = text.replace("\r\n", "\n")
    text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
    return re.sub(r"//.*", "", text)
