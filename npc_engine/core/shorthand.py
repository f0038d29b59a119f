"""Spell out what players type for short in English: `whats ur name` asks `what's your name`. Pure."""

from __future__ import annotations

import re

from npc_engine.core.language import language_of

_WRITTEN = """
u you, ur your, urs yours, r are, n and, ya you, ye you, yer your, em them, pls please, plz please, thx thanks,
smth something, sth something, ppl people, abt about, bout about, b4 before, cuz because, coz because, tho though,
rn right now, idk I don't know, dunno don't know, gonna going to, wanna want to, gotta have to, gimme give me,
lemme let me, outta out of, wat what, wut what, im I'm, ive I've, youre you're, youve you've, theyre they're,
hes he's, shes she's, thats that's, theres there's, whats what's, wheres where's, whos who's, hows how's,
whens when's, whys why's, dont don't, doesnt doesn't, didnt didn't, cant can't, couldnt couldn't, wont won't,
wouldnt wouldn't, shouldnt shouldn't, isnt isn't, arent aren't, wasnt wasn't, werent weren't, havent haven't,
hasnt hasn't, hadnt hadn't, aint isn't, wot what, soz sorry, innit isn't it, summat something,
nowt nothing, owt anything, thou you, thee you, thy your, thine yours, hath has, doth does, whr where,
tis it is, twas it was, what'd what did, where'd where did, how'd how did, why'd why did
"""
_FILLERS = ("lol", "lmao", "haha", "hehe", "omg", "btw", "tbh", "ngl")
_SHORT = dict(pair.split(maxsplit=1) for pair in _WRITTEN.split(",")) | dict.fromkeys(_FILLERS, "")
"""By small letters; not what is a word of its own, too: `ill`, `its`, `well`, `were`."""
_WORD = re.compile(rf"(?<![\w'’-])(?:{'|'.join(_SHORT)})(?![\w'’-])", re.IGNORECASE)
_SPACES = re.compile(r"\s+(?=[\s.,;:!?]|$)")


def spelled_out(line: str, language: str) -> str:
    """The line with its words in full, if it is English; as it is where it has none in short, or nothing else."""
    if language_of(line, language) != "en" or not _WORD.search(line):
        return line
    return _SPACES.sub("", _WORD.sub(_in_full, line)).strip(" ,") or line


def _in_full(short: re.Match[str]) -> str:
    word = short[0]
    full = _SHORT[word.casefold()]
    return full[:1].upper() + full[1:] if word[0].isupper() else full
