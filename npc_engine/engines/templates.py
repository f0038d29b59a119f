"""How each family of language models wants a conversation written down. Pure text, no model.

Templates are the project's own and not the ones inside model files, because a message must always become the same
tokens whatever follows it: only then can the evaluation of a prompt's beginning be kept and shared. So a message is
rendered from itself and the role before it, never from what comes after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile

from npc_engine.engines.base import PromptMessage

_NO_THOUGHT = "<think>\n\n</think>\n"


@dataclass(frozen=True)
class Piece:
    """A stretch of prompt."""

    text: str
    markup: bool
    """True for the template's own text, in which special tokens are meant; False for anything a person wrote."""


@dataclass(frozen=True)
class Turn:
    """What stands around the text of one role."""

    before: str
    after: str


@dataclass(frozen=True)
class Template:
    """One family's way to write a conversation."""

    name: str
    marker: str
    """A special token that only vocabularies of this family have."""
    user: Turn
    assistant: Turn
    """Its `before` also opens the reply. A thinking model gets an empty thought there, in history too, so that a reply
    that was generated and the same reply in history are the same tokens."""
    system: Turn | None
    """None: the family has no system role, and the text is set at the head of the next user turn."""
    start: str = ""
    """Stands once at the very beginning."""


def _chatml(name: str, thought: str = "") -> Template:
    end = "<|im_end|>\n"
    return Template(
        name=name,
        marker="<|im_start|>",
        system=Turn("<|im_start|>system\n", end),
        user=Turn("<|im_start|>user\n", end),
        assistant=Turn(f"<|im_start|>assistant\n{thought}", end),
    )


def _llama3_turn(role: str) -> Turn:
    return Turn(f"<|start_header_id|>{role}<|end_header_id|>\n\n", "<|eot_id|>")


CHATML = _chatml("chatml")
QWEN3 = _chatml("qwen3", _NO_THOUGHT + "\n")
SMOLLM3 = _chatml("smollm3", _NO_THOUGHT)
LLAMA3 = Template(
    name="llama3",
    marker="<|start_header_id|>",
    start="<|begin_of_text|>",
    system=_llama3_turn("system"),
    user=_llama3_turn("user"),
    assistant=_llama3_turn("assistant"),
)
GEMMA = Template(
    name="gemma",
    marker="<start_of_turn>",
    start="<bos>",
    system=None,
    user=Turn("<start_of_turn>user\n", "<end_of_turn>\n"),
    assistant=Turn("<start_of_turn>model\n", "<end_of_turn>\n"),
)
MISTRAL = Template(
    name="mistral",
    marker="[INST]",
    start="<s>",
    system=None,
    user=Turn("[INST]", "[/INST]"),
    assistant=Turn("", "</s>"),
)
FAMILIES = (CHATML, LLAMA3, GEMMA, MISTRAL)


def choose_template(architecture: str, name: str, has_token: Callable[[str], bool]) -> Template | None:
    """The template for a model, or None when no family fits.

    `architecture` and `name` are the file's `general.architecture` and `general.name`; `has_token` tells whether the
    vocabulary knows a text as one special token.
    """
    family = next((template for template in FAMILIES if has_token(template.marker)), None)
    if family is CHATML:
        return _thinking(architecture, name) or CHATML
    return family


def _thinking(architecture: str, name: str) -> Template | None:
    if architecture.startswith("qwen3") and "2507" not in name:  # the 2507 instruct models never think
        return QWEN3
    return SMOLLM3 if architecture == "smollm3" else None


def render(messages: Sequence[PromptMessage], template: Template) -> Iterator[list[Piece]]:
    """The pieces of each message, one list per message, so that the length of any prefix is known."""
    before = ""
    for index, message in enumerate(messages):
        start = template.start if index == 0 else ""
        yield _pieces(message, before, template, start)
        before = message.role


def left_open(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces of a message whose text goes on: without what would close it."""
    return list(dropwhile(lambda piece: piece.markup, reversed(pieces)))[::-1]


def render_reply(last_role: str, template: Template) -> list[Piece]:
    """What opens the reply, after a last message of `last_role`."""
    return _joined(_close_folded("assistant", last_role, template) + template.assistant.before, "", "")


def render_next(last_role: str, template: Template) -> list[Piece]:
    """What opens the player's next message, whatever it will say."""
    return _joined(_close_folded("user", last_role, template) + template.user.before, "", "")


def _pieces(message: PromptMessage, before: str, template: Template, start: str) -> list[Piece]:
    text = message.text.strip()
    if message.role == "system" and template.system is None:
        opening = "" if before == "system" else template.user.before
        return _joined(start + opening, text, "\n\n")
    turn = _turn(message.role, template)
    folded = template.system is None and before == "system"
    opening = _close_folded(message.role, before, template)
    opening += "" if folded and message.role == "user" else turn.before
    return _joined(start + opening, text, turn.after)


def _turn(role: str, template: Template) -> Turn:
    turns = {"system": template.system, "user": template.user, "assistant": template.assistant}
    turn = turns.get(role)
    if turn is None:
        raise ValueError(f"a prompt message has the role '{role}'; it must be system, user or assistant")
    return turn


def _close_folded(role: str, before: str, template: Template) -> str:
    left_open = template.system is None and before == "system" and role == "assistant"
    return template.user.after if left_open else ""


def _joined(opening: str, text: str, after: str) -> list[Piece]:
    pieces = [Piece(opening, markup=True), Piece(text, markup=False), Piece(after, markup=True)]
    return [piece for piece in pieces if piece.text]
