"""Where personas are found, and that a name from a stranger stays inside the folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from npc_engine.errors import InvalidFile, NpcEngineError, PersonaNotFound
from npc_engine.persona import loading, template
from npc_engine.persona.checking import check
from npc_engine.persona.world import Resident


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two folders: `mine` has ada and bob, `theirs` has bob and cleo, and a folder whose name is no name."""
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    for folder, names in ((mine, ["ada", "bob"]), (theirs, ["bob", "cleo"])):
        for name in names:
            template.create(name, folder)
    (theirs / "Not A Name").mkdir()
    (theirs / "Not A Name" / "persona.yaml").write_text("")
    (theirs / "empty").mkdir()
    return [mine, theirs, tmp_path / "nowhere"]


def test_an_earlier_folder_hides_a_later_one(folders: list[Path]) -> None:
    found = loading.available(folders)
    assert list(found) == ["ada", "bob", "cleo"]
    assert found["bob"] == folders[0] / "bob" / "persona.yaml"


def test_a_persona_is_found_by_name_folder_or_file(folders: list[Path]) -> None:
    file = folders[1] / "cleo" / "persona.yaml"
    assert loading.find("cleo", folders) == file
    assert loading.find(str(file.parent), folders) == file
    assert loading.find(str(file), folders) == file


def test_an_unknown_name_gets_the_nearest_and_the_list(folders: list[Path]) -> None:
    with pytest.raises(PersonaNotFound, match=r"'celo'; did you mean 'cleo'\? \(there are: ada, bob, cleo\)"):
        loading.named("celo", folders)
    with pytest.raises(PersonaNotFound, match=r"'zzz' \(there are: ada, bob, cleo\)"):
        loading.find("zzz", folders)


def test_without_any_persona_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(PersonaNotFound, match="npc-engine personas new NAME"):
        loading.named("ada", [tmp_path])


@pytest.mark.parametrize("name", ["../mine/ada", "/etc/passwd", "ada/../ada", "ADA", "", ".", "ada\n", "-ada", "ada\0"])
def test_a_name_from_the_wire_never_leaves_the_folders(folders: list[Path], name: str) -> None:
    assert not loading.is_name(name)
    with pytest.raises(PersonaNotFound):
        loading.named(name, folders[1:])


def test_a_path_without_a_persona_is_not_found(folders: list[Path]) -> None:
    with pytest.raises(PersonaNotFound):
        loading.find(str(folders[1] / "empty"), folders)


def test_the_users_folder_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NPC_ENGINE_PERSONAS", str(tmp_path))
    assert loading.search_folders()[1] == tmp_path


def test_the_users_folder_has_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NPC_ENGINE_PERSONAS", raising=False)
    assert loading.user_folder().parts[-2:] == ("npc-engine", "personas")


def test_the_working_folder_comes_first_and_the_shipped_personas_last() -> None:
    folders = loading.search_folders()
    assert folders[0] == Path("personas")
    assert "deadwood" in loading.available(folders[-1:])


def test_a_new_persona_loads_and_has_nothing_to_find_fault_with(tmp_path: Path) -> None:
    file = template.create("old-miner", tmp_path)
    assert file == tmp_path / "old-miner" / "persona.yaml"
    assert check(loading.load(file), set()) == []
    assert "personas check old-miner" in file.read_text(encoding="utf-8")


def test_a_new_persona_never_overwrites(tmp_path: Path) -> None:
    file = template.create("ada", tmp_path)
    file.write_text("mine")
    with pytest.raises(NpcEngineError, match="exists already and is left as it is"):
        template.create("ada", tmp_path)
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["Ada", "a b", "../ada", ""])
def test_a_new_persona_needs_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(NpcEngineError, match="can not name a persona"):
        template.create(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_made_is_an_error_for_people(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NpcEngineError, match="can not be written"):
        template.create("ada", tmp_path / "file")


def test_a_typo_in_a_persona_names_file_line_and_nearest_key(tmp_path: Path) -> None:
    file = template.create("ada", tmp_path)
    text = file.read_text(encoding="utf-8").replace("lorebook:", "lorebok:")
    file.write_text(text, encoding="utf-8")
    line = text.splitlines().index("lorebok:") + 1
    with pytest.raises(InvalidFile) as error:
        loading.load(file)
    said = f"{file}:{line}: 'lorebok' is not known at the top level of the file; did you mean 'lorebook'?"
    assert str(error.value) == said


WORLD = "name: Town\nthings:\n  - {id: key, kind: item, names: [key]}\n"
PERSONA = "name: Ada\nlanguages: [en]\ndescription: You are Ada.\nfallbacks: {in_character: [Hm.], failed: [Hm?]}\n"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the world `town`, with nothing else to be found anywhere."""
    monkeypatch.setattr(loading, "search_folders", lambda: (tmp_path / "elsewhere",))
    write(tmp_path / "game" / "town" / "world.yaml", WORLD)
    return tmp_path / "game"


def write(file: Path, text: str) -> Path:
    """The file, with this text in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_persona_lives_in_the_world_that_it_names(town: Path) -> None:
    persona = loading.load(write(town / "ada" / "persona.yaml", PERSONA + "world: town\n"))
    assert persona.setting.name == loading.load_world(town / "town" / "world.yaml").name
    assert [thing.id for thing in persona.setting.things] == ["key", "ada"]


def test_who_lives_in_a_world_can_be_spoken_of_there(town: Path) -> None:
    write(town / "bob" / "persona.yaml", PERSONA.replace("Ada", "Bob") + "world: town\n")
    write(town / "cleo" / "persona.yaml", "nonsense: here\n")
    persona = loading.load(write(town / "ada" / "persona.yaml", PERSONA + "world: town\n"))
    assert [(thing.id, thing.kind) for thing in persona.setting.things[1:]] == [("ada", "person"), ("bob", "person")]


PEOPLED = """
name: Town
things:
  - {id: bank, kind: place, names: [bank]}
  - {id: vault, kind: place, names: [vault of the bank]}
  - {id: bob, kind: person, names: [Bob Reed, barber], place: bank}
  - {id: cleo, kind: person, names: [Cleo, banker]}
  - {id: eve, kind: item, names: [ship Eve]}
"""


def test_who_lives_in_a_world_is_where_their_file_says_unless_the_world_does(town: Path) -> None:
    write(town / "town" / "world.yaml", PEOPLED)
    for name in ("ada", "bob", "cleo", "eve", "old-tom"):
        place = "place: nowhere\n" if name == "ada" else "place: the vault of the bank\n"
        write(town / name / "persona.yaml", PERSONA + "world: town\n" + place)
    things = {each.id: each for each in loading.load(town / "ada" / "persona.yaml").setting.things}
    residents = {name: each.place for name, each in things.items() if isinstance(each, Resident)}
    assert residents == {"ada": None, "bob": "bank", "cleo": "vault"}
    assert things["cleo"].names == {"": ("Cleo", "banker")}
    assert things["eve"].kind == "item"


def test_a_world_is_looked_for_in_the_folders_of_personas_too(town: Path) -> None:
    write(town.parent / "elsewhere" / "moon" / "world.yaml", "name: Moon\n")
    assert loading.load(write(town / "ada" / "persona.yaml", PERSONA + "world: moon\n")).setting.name == {"": "Moon"}


def test_a_persona_lives_in_the_world_beside_it_unless_it_says_otherwise(town: Path) -> None:
    file = write(town / "town" / "persona.yaml", PERSONA)
    assert loading.load(file).setting.name == {"": "Town"}
    assert loading.home(file) == town / "town" / "world.yaml"
    write(file, PERSONA + "world: {name: Elsewhere}\n")
    assert loading.load(file).setting.name == {"": "Elsewhere"}
    assert loading.home(file) is None


def test_a_persona_without_a_world_lives_nowhere(town: Path) -> None:
    persona = loading.load(write(town / "ada" / "persona.yaml", PERSONA))
    assert persona.world is None
    assert persona.setting.things == ()


def test_a_world_that_is_not_there_is_named_with_line_and_nearest(town: Path) -> None:
    file = write(town / "ada" / "persona.yaml", PERSONA + "world: twon\n")
    with pytest.raises(InvalidFile) as error:
        loading.load(file)
    assert str(error.value) == f"{file}:5: there is no world 'twon'; did you mean 'town'? (there are: town)"
    with pytest.raises(InvalidFile, match=r"there are none; a world is a folder with a world\.yaml in it"):
        loading.load(write(town.parent / "far" / "ada" / "persona.yaml", PERSONA + "world: town\n"))


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("world: ../town\n", "5: '../town' is not a name of a folder; those are small letters, digits, - and _"),
        ("world:\n  nmae: Town\n", "6: 'nmae' is not known in world; did you mean 'name'?"),
        ("world: [a]\n", "5: world must be keys with values, indented below it, not a list"),
        ("world:\n  name: Town\n  state: {quest.a: b}\n", "7: 'quest.a' is where a quest is"),
    ],
)
def test_a_mistake_in_a_world_is_told_as_what_was_meant(town: Path, written: str, problem: str) -> None:
    file = write(town / "ada" / "persona.yaml", PERSONA + written)
    with pytest.raises(InvalidFile) as error:
        loading.load(file)
    assert f"{file}:{problem}" in str(error.value)


def test_a_mistake_in_the_file_of_a_world_names_that_file(town: Path) -> None:
    file = write(town / "town" / "world.yaml", "name: Town\nthing: []\n")
    with pytest.raises(InvalidFile) as error:
        loading.load(write(town / "ada" / "persona.yaml", PERSONA + "world: town\n"))
    assert str(error.value) == f"{file}:2: 'thing' is not known at the top level of the file; did you mean 'things'?"


def test_who_lives_in_a_world_is_found_and_a_broken_persona_left_out(town: Path) -> None:
    write(town / "ada" / "persona.yaml", PERSONA + "world: town\n")
    write(town / "bob" / "persona.yaml", PERSONA)
    write(town / "cleo" / "persona.yaml", "name: Cleo\n")
    write(town / "town" / "persona.yaml", PERSONA)
    assert list(loading.residents(town / "town" / "world.yaml", ())) == ["ada", "town"]


def test_a_world_is_found_by_name_folder_or_file(town: Path) -> None:
    file = town / "town" / "world.yaml"
    assert loading.find_world("town", [town]) == file
    assert loading.find_world(str(file.parent), []) == file
    assert loading.find_world(str(file), []) == file
    assert loading.find_world("moon", [town]) is None
    assert loading.find_world(str(town / "ada"), [town]) is None
