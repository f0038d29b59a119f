"""Meaning as vectors, in English and Chinese alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from real_models import model_path

from npc_engine.engines.universal_sentence import UniversalSentenceEmbedder
from npc_engine.errors import ModelDamaged, ModelMissing


@pytest.fixture(scope="module")
def embedder() -> UniversalSentenceEmbedder:
    return UniversalSentenceEmbedder(model_path("likeness"))


def vectors(embedder: UniversalSentenceEmbedder, *texts: str) -> np.ndarray:
    return np.array([np.frombuffer(vector, np.float32) for vector in embedder.embed(texts)])


@pytest.mark.models
def test_every_vector_has_length_one(embedder: UniversalSentenceEmbedder) -> None:
    found = vectors(embedder, "Where is the key?", "", "钥匙在哪里？", "x" * 5000)
    assert found.shape == (4, 512)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.models
def test_what_means_the_same_is_alike_across_languages(embedder: UniversalSentenceEmbedder) -> None:
    question, chinese, other = vectors(embedder, "Where is the key?", "钥匙在哪里？", "I like warm weather.")
    assert question @ chinese > 0.8
    assert question @ other < 0.3


@pytest.mark.models
def test_a_text_has_one_vector_whatever_stands_beside_it(embedder: UniversalSentenceEmbedder) -> None:
    alone = vectors(embedder, "Where is the key?")
    beside = vectors(embedder, "A quite different and much longer sentence, 完全不同。", "Where is the key?")
    assert np.array_equal(alone[0], beside[1])


def test_a_model_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="npc-engine models pull likeness"):
        UniversalSentenceEmbedder(tmp_path / "no.onnx")


@pytest.mark.parametrize("content", [b"no model", onnx.ModelProto().SerializeToString(), b""])
def test_a_damaged_model_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelDamaged, match="models verify"):
        UniversalSentenceEmbedder(path)
