"""Recordings out of packages: what is read of them, and what is said when they can't be had."""

from __future__ import annotations

import hashlib
import io
import lzma
import tarfile
from pathlib import Path

import av
import numpy as np
import pytest

from npc_engine.bench import corpora, corpora_game
from npc_engine.bench.corpora import Package
from npc_engine.errors import DownloadFailed, InvalidFile


def debian_package(files: dict[str, bytes]) -> bytes:
    """An `ar` archive with the members that matter."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    members = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": lzma.compress(tar.getvalue())}
    data = b"!<arch>\n"
    for name, content in members.items():
        data += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode()
        data += content + b"\n" * (len(content) % 2)
    return data


def mp3(seconds: float, rate: int = 11025) -> bytes:
    """A tone."""
    tone = (np.sin(np.arange(round(seconds * rate)) * 0.2) * 8000).astype(np.int16)
    buffer = io.BytesIO()
    with av.open(buffer, mode="w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[np.newaxis], format="s16p", layout="mono")
        frame.rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def game_archive(files: dict[str, bytes]) -> bytes:
    table, data = b"QTBLCEM10\0\0\0\1" + len(files).to_bytes(2, "big"), b""
    first = len(table) + 21 * len(files)
    for name, content in files.items():
        table += name.encode().ljust(12, b"\0") + b"\1" + (first + len(data)).to_bytes(4, "big")
        table += len(content).to_bytes(4, "big")
        data += content
    return table + data


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(corpora, "folder", lambda: tmp_path)
    return tmp_path


def test_only_whole_sentences_in_words_are_taken() -> None:
    listing = """
; a comment
vm-login: Please log in to your mailbox.
agent-pass:  Please enter  your password.
digits: Press 1 for more of it.
part: Followed by the pound key
trailing: To increase the volume...
short: Thank you.
beep: [this is a simple beep tone]
"""
    assert list(corpora.whole_sentences(listing)) == [
        ("vm-login", "Please log in to your mailbox."),
        ("agent-pass", "Please enter your password."),
    ]


def test_the_files_of_a_debian_package_are_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.deb").write_bytes(debian_package({"usr/share/a.txt": b"text"}))
    corpora.unpack(tmp_path / "a.deb", tmp_path / "files")
    assert (tmp_path / "files/usr/share/a.txt").read_bytes() == b"text"


@pytest.mark.parametrize("name", ["../a.txt", "/tmp/../a.txt"])
def test_a_package_that_would_write_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.deb").write_bytes(debian_package({name: b"text"}))
    with pytest.raises(DownloadFailed, match="outside of it"):
        corpora.unpack(tmp_path / "a.deb", tmp_path / "files")
    assert not (tmp_path / "a.txt").exists()


@pytest.mark.parametrize("content", [b"", b"nothing", b"!<arch>\n", b"!<arch>\nshort"])
def test_what_is_no_debian_package_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.deb").write_bytes(content)
    with pytest.raises(DownloadFailed, match="no Debian package"):
        corpora.unpack(tmp_path / "a.deb", tmp_path / "files")


def test_a_package_that_was_carried_here_is_used_and_kept(cache: Path) -> None:
    content = debian_package({"usr/a": b"text"})
    (cache / "a.deb").write_bytes(content)
    package = Package("a", "1", hashlib.sha256(content).hexdigest())
    assert (corpora.unpacked(package, print) / "usr/a").read_bytes() == b"text"
    (cache / "a.deb").unlink()
    assert (corpora.unpacked(package, print) / "usr/a").read_bytes() == b"text"


def test_a_package_with_other_bytes_is_refused(cache: Path) -> None:
    (cache / "a.deb").write_bytes(b"other")
    with pytest.raises(DownloadFailed, match=r"sha256 .* put its file there"):
        corpora.unpacked(Package("a", "1", "0" * 64), print)


def test_without_apt_the_way_out_is_to_carry_the_package_here(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpora.shutil, "which", lambda name: None)
    with pytest.raises(DownloadFailed, match=r"no apt here; put the package's file there: .*a\.deb"):
        corpora.unpacked(Package("a", "1", "0" * 64), lambda text: None)


def test_the_spoken_lines_of_the_game_are_read(tmp_path: Path) -> None:
    files = {"010001P1.SB": mp3(1.0), "PICTURE.PCX": b"picture", "67SSSSSS.SB": b"a sound"}
    (tmp_path / "queen.1c").write_bytes(game_archive(files))
    ((name, pcm),) = corpora_game.spoken_lines(tmp_path / "queen.1c")
    assert name == "010001P1"
    assert len(pcm) / 2 / 16000 == pytest.approx(1.0, abs=0.2)
    assert np.abs(np.frombuffer(pcm, "<i2")).max() > 1000


@pytest.mark.parametrize("content", [b"", b"QTBL", b"QTBLCEM10\0\0\0\2\0\0", b"NONECEM10\0\0\0\1\0\0"])
def test_another_archive_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "queen.1c").write_bytes(content)
    with pytest.raises(InvalidFile, match="fetch its package again"):
        list(corpora_game.spoken_lines(tmp_path / "queen.1c"))
