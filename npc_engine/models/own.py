"""A user's own models, by path: are they what they should be?"""

from __future__ import annotations

from pathlib import Path

from npc_engine.errors import InvalidFile, ModelMissing
from npc_engine.models.catalogue import Kind

SUFFIXES = {".gguf", ".onnx"}


def looks_like_path(name: str) -> bool:
    """Whether `name` is meant as a path and not as a name in the catalogue."""
    return "/" in name or "\\" in name or name.startswith("~") or Path(name).suffix in SUFFIXES


def check(kind: Kind, path: Path) -> Path:
    """`path`, absolute, if a model of `kind` is there. Raises `ModelMissing` or `InvalidFile`."""
    if not path.exists():
        raise ModelMissing(f"there is nothing at {path.absolute()}; npc-engine models list shows models by name")
    checks = {"language": _gguf, "recognition": _ctranslate2, "voice": _piper, "end_of_turn": _onnx, "likeness": _onnx}
    complaint = checks[kind](path)
    if complaint:
        raise InvalidFile(f"{path.absolute()} {complaint}")
    return path.absolute()


def _gguf(path: Path) -> str:
    if not path.is_file():
        return "is a folder; a language model is one .gguf file"
    with path.open("rb") as file:
        return "" if file.read(4) == b"GGUF" else "is not GGUF; convert it with llama.cpp's convert_hf_to_gguf.py"


def _ctranslate2(path: Path) -> str:
    if not path.is_dir():
        return "is a file; a recognition model is a CTranslate2 folder with model.bin, config.json and a vocabulary"
    missing = [name for name in ("model.bin", "config.json") if not (path / name).is_file()]
    if not any(path.glob("vocabulary.*")):
        missing.append("vocabulary.json or vocabulary.txt")
    if not missing:
        return ""
    return f"has no {' and no '.join(missing)}; convert a Whisper model with ct2-transformers-converter"


def _piper(path: Path) -> str:
    complaint = _onnx(path)
    if not complaint and not Path(f"{path}.json").is_file():
        return f"is a Piper voice without its configuration; put {path.name}.json beside it"
    return complaint


def _onnx(path: Path) -> str:
    return "" if path.is_file() and path.suffix == ".onnx" else "is not an .onnx file"
