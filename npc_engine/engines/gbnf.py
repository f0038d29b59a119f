"""Read the simple grammars that the core writes, for what follows one without llama.cpp. Pure text.

A rule is `name ::= alternative | alternative`, an alternative a row of literals, single classes such as `[0-9]`, and
names of other rules. A negated class is repeated, `[^"]{1,80}`: free words. Rules that come back to themselves, groups
and other repetitions are not among it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Alternative = tuple[str, ...]
"""Literals in their quotes, classes in their brackets, names of rules."""
Grammar = dict[str, tuple[Alternative, ...]]
Choose = Callable[[str, Sequence[Alternative]], int]
"""Which of a rule's alternatives to take: gets the rule's name, or a class, and what there is."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]+\](?:\{\d+,\d+\})?|[A-Za-z][A-Za-z0-9-]*|\|')
_FREE = re.compile(r"(?P<class>\[\^[^\]]+\])\{1,(?P<most>\d+)\}")
_ESCAPED = re.compile(r"\\(.)")


def read(text: str) -> Grammar:
    """The rules by their names."""
    grammar = Grammar()
    for line in filter(None, text.splitlines()):
        name, _, body = line.partition(" ::= ")
        alternatives: list[list[str]] = [[]]
        for token in _TOKEN.findall(body):
            if token == "|":
                alternatives.append([])
            else:
                alternatives[-1].append(token)
        grammar[name] = tuple(map(tuple, alternatives))
    return grammar


def spell(grammar: Grammar, choose: Choose, words: str = "", rule: str = "root") -> str:
    """One text that the grammar allows, by the choices of `choose`; `words`, as many as may, where they are free."""
    alternatives = grammar[rule]
    return "".join(_part(grammar, choose, words, token) for token in alternatives[choose(rule, alternatives)])


def _part(grammar: Grammar, choose: Choose, words: str, token: str) -> str:
    if token.startswith('"'):
        return literal(token)
    if free := _FREE.fullmatch(token):
        return re.sub(free["class"].replace("[^", "["), "", words)[: int(free["most"])] or "-"
    if token.startswith("["):
        least, most = token[1], token[-2]
        characters = tuple((f'"{chr(code)}"',) for code in range(ord(least), ord(most) + 1))
        return literal(characters[choose(token, characters)][0])
    return spell(grammar, choose, words, token)


def literal(token: str) -> str:
    """What a quoted literal says."""
    return _ESCAPED.sub(r"\1", token[1:-1])
