"""What commands need before they begin: personas by name, and models in place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from npc_engine.config import Config
from npc_engine.errors import InvalidFile
from npc_engine.models.catalogue import Model
from npc_engine.models.progress import shown
from npc_engine.models.store import Store
from npc_engine.persona import loading
from npc_engine.persona.model import Persona


def load_personas(names: Sequence[str]) -> dict[str, Persona]:
    """Personas by the name of their folder; without `names` all that are found.

    Raises `PersonaNotFound` or `InvalidFile`.
    """
    folders = loading.search_folders()
    files = [loading.find(name, folders) for name in names] or list(loading.available(folders).values())
    return {_name(file): loading.load(file) for file in files}


def pull_missing(names: Sequence[str], console: Console, store: Store | None = None) -> None:
    """Pull the models that are not in place, after saying which and how big. Raises what `Store.pull` does."""
    store = store or Store()
    missing = store.missing(names) if names else []
    if not missing:
        return
    total = sum(model.size for model in missing)
    console.print(
        f"pulling what is missing, {_size(total)} into {store.folder}: {', '.join(map(_described, missing))}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    with shown(console) as watcher:
        for model in missing:
            store.pull(model.name, watcher)


def with_language_model(config: Config, model: str | None) -> Config:
    """The configuration with another language model, by name or path."""
    if model is None:
        return config
    return config.model_copy(update={"models": config.models.model_copy(update={"language": model})})


def _name(file: Path) -> str:
    name = file.resolve().parent.name
    if not loading.is_name(name):
        raise InvalidFile(f"{file}: the folder '{name}' names the persona; use small letters, digits, - and _")
    return name


def _described(model: Model) -> str:
    return f"{model.name} ({_size(model.size)})"


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
