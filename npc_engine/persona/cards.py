"""Read a character card, as SillyTavern and others exchange them: versions 2 and 3, as JSON or inside a PNG.

Follows the specifications of malfoyslastname (V2) and kwaroran (V3). What the engine has no use for is not read.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from npc_engine.errors import InvalidFile

MAX_BYTES = 50_000_000
"""Of a card: pictures are large, and version 3 may carry several."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNKS = ("ccv3", "chara")
"""Names of the texts in a PNG that hold a card, the newer version first."""
_NO_CARD = "holds no character card; export it again from the program that it was made with"


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


def _nothing_is_empty(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_nothing_is_empty)]
"""Fields must be there according to the specification; cards that people share lack some, or have null."""

Number = Annotated[float, Field(allow_inf_nan=False)]


class Entry(_Read):
    """One entry of a card's lorebook."""

    keys: tuple[str, ...] = ()
    content: Text = ""
    enabled: bool = True
    constant: bool | None = False
    """In the prompt always, whatever is said."""
    selective: bool | None = False
    secondary_keys: tuple[str, ...] | None = ()
    """One of them must be said as well, if `selective`."""
    use_regex: bool | None = False
    priority: Number | None = None
    insertion_order: Number | None = 0


class Book(_Read):
    """A card's lorebook."""

    entries: tuple[Entry, ...] = ()


class CardData(_Read):
    """The character."""

    name: str = Field(min_length=1)
    nickname: Text = ""
    """What `{{char}}` stands for, if given."""
    description: Text = ""
    personality: Text = ""
    scenario: Text = ""
    first_mes: Text = ""
    mes_example: Text = ""
    system_prompt: Text = ""
    post_history_instructions: Text = ""
    alternate_greetings: tuple[str, ...] | None = ()
    character_book: Book | None = None

    @property
    def written(self) -> str:
        """Its longest texts, by which to tell its language."""
        return "\n".join([self.first_mes, self.description, self.scenario])


class Card(_Read):
    """A whole card."""

    spec: Literal["chara_card_v2", "chara_card_v3"]
    data: CardData


def read(path: Path) -> Card:
    """The card in the file `path`. Raises `InvalidFile`, which says what is wrong with it."""
    content = _content(path)
    text = _embedded(path) if content.startswith(_SIGNATURE) else content
    try:
        found = json.loads(text.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise InvalidFile(f"{path}: is neither a PNG nor JSON with a character card ({problem})") from None
    if isinstance(found, dict) and "spec" not in found and "first_mes" in found:
        raise InvalidFile(f"{path}: is a card of version 1; import it into SillyTavern and export it again")
    if not isinstance(found, dict) or "spec" not in found:
        raise InvalidFile(f"{path}: {_NO_CARD}")
    try:
        return Card.model_validate(found)
    except ValidationError as error:
        lines = [f"{path}: {' > '.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise InvalidFile("\n".join(lines)) from None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidFile(f"{path}: can not be read ({error.strerror}); check the path") from None
    if len(content) > MAX_BYTES:
        raise InvalidFile(f"{path}: is larger than {MAX_BYTES:,} bytes; export the card without its pictures")
    return content


def _embedded(path: Path) -> bytes:
    """The JSON inside a PNG."""
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            image.load()  # the card comes behind the picture
            texts = {str(name).casefold(): str(text) for name, text in image.info.items()}
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as problem:
        raise InvalidFile(f"{path}: is a damaged PNG ({problem}); download or export it again") from None
    encoded = next((texts[chunk] for chunk in _CHUNKS if chunk in texts), None)
    if encoded is None:
        raise InvalidFile(f"{path}: {_NO_CARD} (pictures that a chat program or a web page made smaller lose it)")
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as problem:
        raise InvalidFile(f"{path}: its character card is damaged ({problem}); download it again") from None
