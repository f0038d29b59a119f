from pathlib import Path

import pytest

from npc_engine.errors import InvalidFile, ModelMissing
from npc_engine.models import Catalogue, load_catalogue
from npc_engine.models.catalogue import HubSource, Wheel, WheelSource


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_the_default_set_can_be_had_without_the_hub(catalogue: Catalogue):
    for name in catalogue.default:
        assert any(isinstance(source, WheelSource) for source in catalogue.find(name).sources)


def test_an_alias_finds_its_model(catalogue: Catalogue):
    assert catalogue.find("small").name == "qwen2.5-coder-0.5b"
    assert catalogue.find("medium").name == "qwen2.5-coder-1.5b"


def test_a_voice_inside_a_model_finds_the_model(catalogue: Catalogue):
    assert catalogue.find("kokoro:jf_alpha").name == "kokoro"


def test_an_unknown_voice_names_those_that_exist(catalogue: Catalogue):
    with pytest.raises(ModelMissing, match="kokoro has no voice 'jf_beta'; it has jf_gongitsune"):
        catalogue.find("kokoro:jf_beta")


def test_a_misspelt_name_gets_the_nearest_one(catalogue: Catalogue):
    with pytest.raises(ModelMissing, match="did you mean 'whisper-base'"):
        catalogue.find("wisper-base")


def test_every_wheel_source_is_checked_by_hash(catalogue: Catalogue):
    for model in catalogue.all():
        for source in model.sources:
            if isinstance(source, WheelSource):
                assert all(known.sha256 for known in model.delivered(source).values()), model.name


def test_every_wheel_source_delivers_exactly_the_files_of_its_model(catalogue: Catalogue):
    for model in catalogue.all():
        for source in model.sources:
            if isinstance(source, WheelSource):
                assert source.delivers == set(model.delivered(source)), model.name


def test_known_sizes_add_up(catalogue: Catalogue):
    for model in catalogue.all():
        sizes = [known.size for known in model.files.values()]
        if None not in sizes:
            assert sum(size for size in sizes if size) == model.size, model.name


def test_every_voice_says_what_it_speaks_and_every_judge_what_it_understands(catalogue: Catalogue):
    for model in catalogue.all():
        assert bool(model.languages) == (model.kind in ("voice", "end_of_turn", "likeness")), model.name


def test_a_repeated_wheel_counts_from_one():
    wheel = Wheel(package="part{n}", version="1", members={"part{n}/{n:02}.bin": "whole"}, repeat=2)
    assert [part.members for part in wheel.expanded()] == [{"part1/01.bin": "whole"}, {"part2/02.bin": "whole"}]


def test_hub_sources_name_a_repository_and_its_owner(catalogue: Catalogue):
    hubs = [source.hub for model in catalogue.all() for source in model.sources if isinstance(source, HubSource)]
    assert hubs
    assert all(hub.count("/") == 1 for hub in hubs)


BROKEN = {
    "a typo in a key": "default: []\nmodells: {}\n",
    "no YAML": "default: [\n",
    "a default that is not there": "default: [ghost]\nmodels: {}\n",
    "a main file that is not there": """
default: []
models:
  m: {kind: voice, summary: s, licence: l, size: 1, files: {a: {}}, main: b, sources: [{hub: o/r}]}
""",
    "a file that would land in another folder": """
default: []
models:
  m: {kind: voice, summary: s, licence: l, size: 1, files: {../a: {}}, sources: [{hub: o/r}]}
""",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_catalogue_is_a_clear_error(tmp_path: Path, text: str):
    path = tmp_path / "catalogue.yaml"
    path.write_text(text)
    with pytest.raises(InvalidFile, match=r"catalogue\.yaml"):
        load_catalogue(path)


def test_a_catalogue_that_is_not_there_is_a_clear_error(tmp_path: Path):
    with pytest.raises(InvalidFile, match="cannot be read"):
        load_catalogue(tmp_path / "none.yaml")
