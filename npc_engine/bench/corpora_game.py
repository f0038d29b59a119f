"""Read the recorded dialogue out of an adventure game's archive. Knows no packages.

`queen.1c` of "Flight of the Amazon Queen" begins with a table of its files: 12 bytes that nobody needs here, how speech
is compressed (1: MP3), their number, and 21 bytes for each: name, volume, first byte, length, all big-endian.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import av
import numpy as np
import soxr

from npc_engine.audio import RATE
from npc_engine.errors import InvalidFile

_HEAD = struct.Struct(">12xBH")
_ENTRY = struct.Struct(">12sxII")
_MAGIC = b"QTBL"
_MP3 = 1


def spoken_lines(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Name, and speech as 16 kHz s16le mono, of each recorded line. Raises `InvalidFile`.

    A name ends in the number of a line's part: a character says `...1`, `...2`, `...3` without being interrupted.
    """
    with archive.open("rb") as file:
        for name, first, size in _table(file, archive):
            if name.endswith(".SB") and name[-4].isdigit():
                file.seek(first)
                yield name.removesuffix(".SB"), _decoded(file.read(size))


def _table(file: IO[bytes], archive: Path) -> list[tuple[str, int, int]]:
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size or not head.startswith(_MAGIC) or head[12] != _MP3:
        raise InvalidFile(f"{archive}: is not the game archive with MP3 speech; fetch its package again")
    _, count = _HEAD.unpack(head)
    entries = (_ENTRY.unpack(file.read(_ENTRY.size)) for _ in range(count))
    return [(name.split(b"\0")[0].decode("ascii", "replace"), first, size) for name, first, size in entries]


def _decoded(mp3: bytes) -> bytes:
    with av.open(io.BytesIO(mp3), mode="r", format="mp3") as container:
        rate = container.streams.audio[0].rate
        samples = np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])
    resampled = soxr.resample(samples.astype(np.float32), rate, RATE)
    return bytes((np.clip(resampled, -1, 1) * 32767).astype("<i2").tobytes())
