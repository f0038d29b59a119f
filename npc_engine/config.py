"""The settings of a server: strict data, from a file or the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, field_validator

from npc_engine import strictfile
from npc_engine.threads import Threads, default_threads

Seconds = Annotated[float, Field(gt=0)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Endpoint(Strict):
    """A language model behind an OpenAI-compatible HTTP endpoint."""

    url: str
    """Up to and with `/v1`: `http://127.0.0.1:11434/v1`."""
    model: str
    api_key_variable: str | None = None
    """Environment variable that holds the key. Servers on this machine need none."""

    @property
    def api_key(self) -> str | None:
        """The key, from the environment."""
        return os.environ.get(self.api_key_variable) if self.api_key_variable else None


class ModelChoice(Strict):
    """Models by their name in the catalogue, or by path."""

    language: str | Endpoint = "small"
    """A `.gguf`, or an HTTP endpoint."""
    recognition: str = "whisper-base"
    voices: tuple[str, ...] = ("en_US-joe-medium", "kokoro")
    """The preferred ones first. A voice that no character's language needs is not loaded."""


class Limits(Strict):
    """What a server takes on."""

    sessions: Annotated[int, Field(ge=1)] = 64
    """Players at once."""
    audio_backlog_mib: Annotated[int, Field(ge=1)] = 8
    """Speech that may wait for a slow client before it is disconnected."""
    open_seconds: Seconds = 10.0
    """From the connection to its `session.open`."""
    resume_seconds: Annotated[float, Field(ge=0)] = 120.0
    """For which a session waits for a client whose connection broke."""
    idle_seconds: Seconds = 3600.0
    """Without any frame from the client."""
    violations: Annotated[int, Field(ge=1)] = 50
    """Invalid frames in a row after which a connection is closed."""
    drain_seconds: Seconds = 5.0
    """For replies in progress when the server is told to stop."""


class Keeping(Strict):
    """Where stories are kept: what was said and done, and saves."""

    path: Path | None = None
    """An SQLite file on a disk of this machine; without it, `stories.sqlite` in the user's data folder."""


class Tracing(Strict):
    """What is told about turns to an OpenTelemetry collector; its address is in the environment, as `OTEL_...`."""

    enabled: bool = False
    texts: bool = False
    """Whether the player's and the character's words are told too."""


class Config(Strict):
    """The whole of it. Every field has a default."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8765
    """0 takes a free one."""
    token: str | None = None
    """Clients must present it. Needed to listen on more than loopback."""
    origins: tuple[str, ...] = ()
    """Web pages, besides those from this machine, that may connect: `https://example.org`."""
    personas: tuple[str, ...] = ()
    """Names or folders; empty for all that are found."""
    models: ModelChoice = ModelChoice()
    threads: Threads = Field(default_factory=default_threads)
    """What is left open here is as it would be without."""
    context_tokens: Annotated[int, Field(ge=1024)] = 16384
    """Room for all conversations together in the language model's memory."""
    saved_mib: Annotated[int, Field(ge=0)] = 512
    """Ordinary memory for conversations that must leave it. A small model's token takes 12 KiB."""
    limits: Limits = Limits()
    tracing: Tracing = Tracing()
    aloud: bool = False
    """Whether characters in games of the Neuro SDK, which have no ears, speak through this machine's sound card."""
    moderation: tuple[str, ...] = ()
    """Word lists, plain text files of one term a line with `#` before comments, that no character may be heard saying:
    whole words in Latin script, anywhere in Chinese."""
    store: Keeping | Literal["off"] = Keeping()
    """`off` keeps nothing."""

    @property
    def stories(self) -> Path | None:
        """The file that keeps stories; None if none are kept."""
        if self.store == "off":
            return None
        return self.store.path or user_data_path("npc-engine", appauthor=False) / "stories.sqlite"

    @field_validator("threads", mode="before")
    @classmethod
    def _completed(cls, given: object) -> object:
        return {**default_threads().model_dump(), **given} if isinstance(given, dict) else given


def load_config(path: Path | None) -> Config:
    """Read a configuration file; without one, the defaults. Raises `InvalidFile`."""
    return Config() if path is None else strictfile.load(path, Config)


def kept_in(config: Config, store: str | None) -> Config:
    """The settings, with stories kept in the file `store`, or not at all if it is `off`."""
    chosen = Keeping(path=Path(store)) if store and store != "off" else "off"
    return config.model_copy(update={"store": chosen}) if store else config
