"""The errors that users read. Each message says what is wrong and what to do about it."""

from __future__ import annotations


class NpcEngineError(Exception):
    """Base of every error that is shown to a user without a traceback."""


class InvalidFile(NpcEngineError):
    """A persona, configuration or catalogue file does not say what it must; names file and line."""


class PersonaNotFound(NpcEngineError):
    """No persona has the requested name; the message lists those that exist."""


class ModelMissing(NpcEngineError):
    """A model is not installed; the message holds the command that installs it."""


class ModelDamaged(NpcEngineError):
    """A model's bytes do not match the catalogue; the message holds the command that repairs it."""


class DownloadFailed(NpcEngineError):
    """No source could deliver a model; the message names every source and why it failed."""


class PortInUse(NpcEngineError):
    """The server cannot listen on the requested address."""


class EngineUnavailable(NpcEngineError):
    """A worker process died, hung or cannot start; the call may be tried again."""


class PromptTooLong(NpcEngineError):
    """A prompt and its answer need more tokens than the language model's context holds; trying again does not help."""


class ModelUnsupported(NpcEngineError):
    """A model file is whole, but of a kind that the engine cannot run; the message names kinds that it can."""


class KeyMissing(NpcEngineError):
    """A remote server is configured without an API key."""


class PackageMissing(NpcEngineError):
    """A package that is only needed for an optional part is not installed; the message holds the command for it."""


class StoreUnusable(NpcEngineError):
    """The file that keeps the stories is locked, full, not to be written or of a newer version; says the way out."""

    def __init__(self, message: str, told: str | None = None) -> None:
        """`told` is what clients may read of it: nothing of the server's files."""
        super().__init__(message)
        self.told = told or message


class StoreDamaged(StoreUnusable):
    """The file that keeps the stories is not whole; the message holds the command that puts it aside."""


class SaveNotFound(NpcEngineError):
    """No save has the requested id; the message holds the nearest one."""


class SaveOfAnother(NpcEngineError):
    """A save belongs to another player or to other worlds; the message says to which."""
