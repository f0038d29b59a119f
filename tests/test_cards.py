"""Character cards become personas, and what is no card is told why."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pydantic import ValidationError

from npc_engine.errors import InvalidFile, NpcEngineError
from npc_engine.persona import cards, importing, loading
from npc_engine.persona.model import Persona
from npc_engine.terminal.importing import import_file

MILLER: dict[str, Any] = {
    "name": "Old Miller",
    "description": "{{char}} runs the mill by the river. He owes {{user}} a sack of flour.",
    "personality": "Grumpy, but kind.",
    "scenario": "It is the last day of harvest.",
    "first_mes": "*looks up* Ah, {{user}}. Come for your flour?",
    "mes_example": (
        "<START>\n{{user}}: Is the mill old?\n{{char}}: Older than I am.\nAnd I am old.\n"
        "<START>\n{{user}}: Good day.\nOld Miller: Is it?\n{{user}}: Bye."
    ),
    "creator_notes": "",
    "system_prompt": "{{original}} Answer like an old man.",
    "post_history_instructions": "",
    "alternate_greetings": ["Go away."],
    "tags": [],
    "creator": "",
    "character_version": "",
    "extensions": {},
    "character_book": {
        "extensions": {},
        "entries": [
            {"keys": ["flour", "sack"], "content": "The flour is in the barn.", "enabled": True, "insertion_order": 7,
             "extensions": {}},
            {"keys": ["river"], "content": "@@depth 4\nThe river is low, {{user}}.", "enabled": True,
             "insertion_order": 1, "priority": 20, "extensions": {}},
            {"keys": ["wolf"], "content": "A wolf took a sheep.", "enabled": False, "insertion_order": 1,
             "extensions": {}},
            {"keys": ["/wolv(es)?/"], "content": "Wolves!", "enabled": True, "insertion_order": 1, "use_regex": True,
             "extensions": {}},
            {"keys": [], "content": "The mill burned once.", "enabled": True, "insertion_order": 1, "constant": True,
             "extensions": {}},
            {"keys": ["son"], "secondary_keys": ["war"], "selective": True, "content": "His son is at war.",
             "enabled": True, "insertion_order": 2, "extensions": {}},
            {"keys": ["nothing"], "content": "  ", "enabled": True, "insertion_order": 2, "extensions": {}},
            {"keys": [], "content": "Never told.", "enabled": True, "insertion_order": 2, "extensions": {}},
        ],
    },
}  # fmt: skip


TEA_HOUSE = {
    "name": "林小雨",
    "description": "{{char}}是茶馆的老板。",
    "first_mes": "欢迎光临，{{user}}！",
    "mes_example": "{{user}}：有什么茶？\n{{char}}：有龙井。",
    "scenario": "",
    "system_prompt": "",
}


def card(version: int = 2, **changes: Any) -> dict[str, Any]:
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": MILLER | changes}


def as_json(tmp_path: Path, content: object) -> Path:
    file = tmp_path / "card.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def as_png(tmp_path: Path, **texts: str) -> Path:
    info = PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    file = tmp_path / "card.png"
    Image.new("RGB", (4, 4), "red").save(file, pnginfo=info)
    return file


def encoded(content: object) -> str:
    return base64.b64encode(json.dumps(content).encode()).decode()


def behind_the_picture(file: Path) -> Path:
    """As SillyTavern writes it: the texts are the last chunks before the end."""
    content = file.read_bytes()
    text, picture = content.index(b"tEXt") - 4, content.index(b"IDAT") - 4
    end = content.index(b"IEND") - 4
    file.write_bytes(content[:text] + content[picture:end] + content[text:picture] + content[end:])
    return file


def persona(content: dict[str, Any], tmp_path: Path, language: str = "en") -> Persona:
    imported = importing.persona_of(cards.read(as_json(tmp_path, content)).data, language)
    return Persona.model_validate(imported.data)


def notes(content: dict[str, Any], tmp_path: Path) -> list[str]:
    return importing.persona_of(cards.read(as_json(tmp_path, content)).data, "en").notes


@pytest.mark.parametrize("version", [2, 3])
def test_what_fits_goes_where_the_engine_expects_it(version: int, tmp_path: Path) -> None:
    miller = persona(card(version), tmp_path)
    assert miller.name == {"": "Old Miller"}
    assert miller.languages == ("en",)
    assert miller.description[""].splitlines() == [
        "You are Old Miller.",
        "Old Miller runs the mill by the river. He owes the player a sack of flour.",
        "Grumpy, but kind.",
        "It is the last day of harvest.",
        "The mill burned once.",
    ]
    assert miller.style == {"": "Answer like an old man."}
    assert miller.greeting == {"": "*looks up* Ah, the player. Come for your flour?"}
    assert [(example.player[""], example.npc[""]) for example in miller.examples] == [
        ("Is the mill old?", "Older than I am.\nAnd I am old."),
        ("Good day.", "Is it?"),
    ]
    assert [(entry.keys[""], entry.text[""], entry.priority) for entry in miller.lorebook] == [
        (("flour", "sack"), "The flour is in the barn.", 7),
        (("river",), "The river is low, the player.", 20),
        (("son",), "His son is at war.", 2),
    ]


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    told = "\n".join(notes(card(description="Rolls {{roll:1d6}}. {{// nobody sees this}}"), tmp_path))
    for part in [
        "entry 3 is left out: it is switched off",
        "entry 4 is left out: its keys are regular",
        "entry 7 is left out: it is empty",
        "entry 8 is left out: it has no keys",
        "entry 6 is told for each of its keys",
        "entry 2 loses its decorators",
        "1 other greetings are left out",
        "`{{roll:1d6}}` is left out",
    ]:
        assert part in told
    assert "nobody" not in told
    twice = notes(card(description="{{roll:1}} {{roll:1}}"), tmp_path)
    assert [note for note in twice if "roll" in note] == ["`{{roll:1}}` is left out: the engine has no such macro"]


def test_of_many_examples_the_first_ones_are_taken(tmp_path: Path) -> None:
    many = "".join(f"<START>\n{{{{user}}}}: Question {number}?\n{{{{char}}}}: Answer.\n" for number in range(5))
    assert len(persona(card(mes_example=many), tmp_path).examples) == importing.EXAMPLES
    assert "2 of 5 examples are left out: each is read every time" in notes(card(mes_example=many), tmp_path)


def test_a_chinese_card_becomes_a_chinese_persona(tmp_path: Path) -> None:
    tea = persona(card(**TEA_HOUSE), tmp_path, "zh")
    assert tea.description[""].startswith("你是林小雨。\n林小雨是茶馆的老板。")
    assert tea.greeting == {"": "欢迎光临，玩家！"}
    assert tea.examples[0].npc == {"": "有龙井。"}


def test_a_nickname_is_what_the_character_is_called(tmp_path: Path) -> None:
    assert persona(card(3, nickname="Millie"), tmp_path).description[""].startswith("You are Millie.\nMillie runs")


def test_of_two_cards_in_a_picture_the_newer_one_counts(tmp_path: Path) -> None:
    file = as_png(tmp_path, chara=encoded(card(2, name="Two")), ccv3=encoded(card(3, name="Three")))
    assert cards.read(file).data.name == "Three"
    assert cards.read(behind_the_picture(as_png(tmp_path, chara=encoded(card())))).data.name == "Old Miller"


def test_fields_that_are_null_or_missing_are_empty(tmp_path: Path) -> None:
    bare = persona({"spec": "chara_card_v2", "data": {"name": "Bo", "description": None}}, tmp_path)
    assert bare.description == {"": "You are Bo."}
    assert bare.greeting is None


def damaged(file: Path, old: bytes, new: bytes) -> Path:
    file.write_bytes(file.read_bytes().replace(old, new, 1))
    return file


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda tmp: tmp / "none.png", "can not be read (No such file"),
        (lambda tmp: as_json(tmp, {"name": "One", "first_mes": "Hi", "description": ""}), "is a card of version 1"),
        (lambda tmp: as_json(tmp, ["chara_card_v2"]), "holds no character card"),
        (lambda tmp: as_json(tmp, card() | {"spec": "chara_card_v9"}), "spec: "),
        (lambda tmp: as_json(tmp, card(name="")), "data > name: "),
        (lambda tmp: as_json(tmp, card(character_book={"entries": [{"keys": 5}]})), "entries > 0 > keys"),
        (lambda tmp: as_json(tmp, card(character_book={"entries": [{"priority": float("inf")}]})), "0 > priority"),
        (lambda tmp: as_png(tmp), "holds no character card"),
        (lambda tmp: as_png(tmp, chara="!" + encoded(card())), "its character card is damaged"),
        (lambda tmp: as_png(tmp, chara=base64.b64encode(b"\xff\xfe\x00").decode()), "neither a PNG nor JSON"),
        (lambda tmp: damaged(as_png(tmp, chara=encoded(card())), b"tEXtchara", b"tEXtchaRa"), "is a damaged PNG"),
        (lambda tmp: damaged(as_png(tmp, chara=encoded(card())), b"IDAT", b"IDIT"), "is a damaged PNG"),
    ],
)  # fmt: skip
def test_what_is_no_card_is_told_why(make: Any, reason: str, tmp_path: Path) -> None:
    file = make(tmp_path)
    with pytest.raises(InvalidFile) as problem:
        cards.read(file)
    assert reason in str(problem.value)
    assert str(file) in str(problem.value)


def test_a_card_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "MAX_BYTES", 100)
    with pytest.raises(InvalidFile, match="is larger than 100 bytes"):
        cards.read(as_json(tmp_path, card()))


@given(cut=st.integers(0, 600), content=st.binary(max_size=60))
def test_a_damaged_file_is_a_clear_error_and_never_a_crash(cut: int, content: bytes, tmp_path_factory: Any) -> None:
    file = as_png(tmp_path_factory.mktemp("card"), chara=encoded(card()))
    whole = file.read_bytes()
    file.write_bytes(whole[:cut] + content + whole[cut + len(content) :])
    with suppress(InvalidFile):
        cards.read(file)


def test_the_command_writes_a_persona_that_can_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_file(as_json(tmp_path, card()), None, None, tmp_path / "personas")
    assert loading.load(tmp_path / "personas" / "old-miller" / "persona.yaml").languages == ("en",)
    told = capsys.readouterr().out
    assert "is written" in told
    assert "can be used: Old Miller" in told


def test_a_persona_that_is_there_already_is_kept(tmp_path: Path) -> None:
    file = as_json(tmp_path, card())
    import_file(file, "miller", None, tmp_path)
    written = tmp_path / "miller" / "persona.yaml"
    written.write_text("mine", encoding="utf-8")
    with pytest.raises(NpcEngineError, match="exists already"):
        import_file(file, "miller", None, tmp_path)
    assert written.read_text(encoding="utf-8") == "mine"


def test_a_name_without_latin_letters_takes_the_file_s(tmp_path: Path) -> None:
    import_file(as_json(tmp_path, card(**TEA_HOUSE)), None, None, tmp_path)
    assert loading.load(tmp_path / "card" / "persona.yaml").languages == ("zh",), "told by its texts"
    import_file(as_json(tmp_path, card(**TEA_HOUSE)), "tea", "ja", tmp_path)
    assert loading.load(tmp_path / "tea" / "persona.yaml").languages == ("ja",)


def test_a_persona_is_not_made_of_what_is_none(tmp_path: Path) -> None:
    imported = importing.Imported({"name": ""})
    with pytest.raises(ValidationError):
        importing.write(imported, "none", tmp_path)
    assert list(tmp_path.iterdir()) == []
