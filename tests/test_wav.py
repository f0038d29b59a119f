"""WAV files: what is written can be read, says that it was generated, and broken ones are refused with a reason."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from npc_engine.errors import InvalidFile
from npc_engine.wav import Sound, read_wav, write_wav

TONE = (np.sin(np.arange(8000) * 0.1) * 8000).astype("<i2")


def written(path: Path, data: bytes, rate: int = 16000, width: int = 2, channels: int = 1) -> Path:
    """A file as other programs write it."""
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, rate, 0, "NONE", ""))
        file.writeframes(data)
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    sound = Sound(TONE.tobytes(), 22050)
    write_wav(tmp_path / "a.wav", sound, "made by AI")
    assert read_wav(tmp_path / "a.wav") == sound


def test_a_written_file_carries_the_label_and_its_maker(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", Sound(TONE.tobytes(), 16000), "由人工智能生成")
    data = (tmp_path / "a.wav").read_bytes()
    info = data[data.index(b"LIST") :]
    assert "由人工智能生成".encode() + b"\0" in info[info.index(b"ICMT") :]
    assert b"npc-engine" in info[info.index(b"ISFT") :]


@pytest.mark.parametrize("label", ["odd", "even"])
def test_the_sizes_in_a_written_file_add_up(tmp_path: Path, label: str) -> None:
    write_wav(tmp_path / "a.wav", Sound(TONE.tobytes(), 16000), label)
    data = (tmp_path / "a.wav").read_bytes()
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8


def test_stereo_is_mixed_to_mono(tmp_path: Path) -> None:
    both = np.stack([TONE, np.zeros_like(TONE)], axis=1)
    mono = read_wav(written(tmp_path / "a.wav", both.tobytes(), channels=2))
    assert np.array_equal(np.frombuffer(mono.pcm, "<i2"), np.round(TONE / 2).astype(np.int16))


def test_24_bits_become_16(tmp_path: Path) -> None:
    wide = (TONE.astype(np.int32) << 8).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3]
    assert read_wav(written(tmp_path / "a.wav", wide.tobytes(), width=3)).pcm == TONE.tobytes()


def test_8_bits_become_16(tmp_path: Path) -> None:
    found = np.frombuffer(read_wav(written(tmp_path / "a.wav", bytes([0, 128, 255]), width=1)).pcm, "<i2")
    assert found.tolist() == [-32768, 0, 32512]


def test_a_sound_at_another_rate_lasts_as_long() -> None:
    assert Sound(TONE.tobytes(), 16000).at_rate(24000).duration == pytest.approx(0.5, abs=0.01)


def test_a_sound_is_audible_between_its_silences() -> None:
    silence = bytes(16000)
    assert Sound(silence + TONE.tobytes() + silence, 16000).audible() == pytest.approx((0.5, 1.0), abs=0.011)


def test_silence_is_never_audible() -> None:
    assert Sound(bytes(3200), 16000).audible() is None
    assert Sound(b"", 16000).audible() is None


def test_a_file_whose_length_was_never_known_is_read_to_its_end(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", TONE.tobytes())
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert read_wav(path).pcm == TONE.tobytes()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"none\.wav: there is no such file"):
        read_wav(tmp_path / "none.wav")


def test_a_folder_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="can not be read"):
        read_wav(tmp_path)


@pytest.mark.parametrize("data", [b"", b"hello", b"RIFF\x04\0\0\0WAVE", b"ID3" + bytes(100)])
def test_what_is_no_wav_is_refused_with_a_way_out(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(data)
    with pytest.raises(InvalidFile, match=r"ffmpeg -i a\.wav"):
        read_wav(tmp_path / "a.wav")


def test_a_file_that_was_cut_off_says_how_much_is_there(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", TONE.tobytes())
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(InvalidFile, match="ends after 12000 of 16000 bytes"):
        read_wav(path)


def test_a_file_without_audio_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="holds no audio"):
        read_wav(written(tmp_path / "a.wav", b""))
