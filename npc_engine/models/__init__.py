"""Models as data: a catalogue of what there is, and a store of what is installed."""

from npc_engine.models.catalogue import Catalogue, Model, load_catalogue
from npc_engine.models.store import InstalledModel, Store, Verdict

__all__ = ["Catalogue", "InstalledModel", "Model", "Store", "Verdict", "load_catalogue"]
