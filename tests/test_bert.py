"""The models that read like BERT: their graph is built from weights in 8 bits, and files of other kinds are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from real_models import model_path
from recall.adapters import parts

from npc_engine.engines.bert import BLOCK, ZERO, Adapter, BertEmbedder, LowRank, Weights, adapter_of, in_blocks
from npc_engine.engines.e5 import E5Embedder
from npc_engine.engines.mpnet import MPNetEmbedder
from npc_engine.errors import ModelDamaged, ModelMissing

WIDTH, INNER = 32, 64


def small(between: Callable[[int], np.ndarray] | None = None, adapter: Adapter | None = None) -> BertEmbedder:
    """One layer of random weights; a text is cut into its characters."""
    random = np.random.default_rng(7)
    layer = "encoder.layer.0"
    shapes = {f"{layer}.attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")}
    shapes |= {f"{layer}.attention.output.dense": (WIDTH, WIDTH)}
    shapes |= {f"{layer}.intermediate.dense": (INNER, WIDTH), f"{layer}.output.dense": (WIDTH, INNER)}
    norms = ["embeddings.LayerNorm", f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    words = random.normal(size=(256, WIDTH)).astype(np.float32)
    weights = Weights(
        matrices={name: in_blocks(random.normal(size=shape).astype(np.float32)) for name, shape in shapes.items()},
        biases={
            **{name: np.zeros(shape[0], np.float32) for name, shape in shapes.items()},
            **{name: np.zeros(WIDTH, np.float32) for name in norms},
        },
        gains={name: np.ones(WIDTH, np.float32) for name in norms},
        layers=1,
        heads=2,
        pieces=lambda pieces: words[pieces],
        positions=random.normal(size=(16, WIDTH)).astype(np.float32),
        between=between,
    )
    if adapter:
        weights = weights.adapted(adapter)
    return BertEmbedder(weights, lambda text: [0, *text.encode()[:15]], threads=1)


def vectors(embedder: BertEmbedder, *texts: str) -> np.ndarray:
    return np.array([np.frombuffer(vector, np.float32) for vector in embedder.embed(texts)])


def test_blocks_hold_a_matrix_to_the_half_of_a_step() -> None:
    matrix = np.random.default_rng(7).normal(size=(4, 2 * BLOCK)).astype(np.float32)
    values, scales = in_blocks(matrix)
    held = ((values.astype(np.float32) - ZERO) * scales[..., None]).reshape(matrix.shape)
    assert np.abs(held - matrix).max() <= scales.max() * 0.501


def test_a_row_of_zeros_stays_one() -> None:
    assert (in_blocks(np.zeros((1, BLOCK), np.float32)).values == ZERO).all()


def test_every_vector_has_length_one_and_depends_on_the_order() -> None:
    found = vectors(small(), "ab", "ba", "ab", "")
    assert found.shape == (4, WIDTH)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(found[0], found[2])
    assert found[0] @ found[1] < 0.999


def test_pieces_attend_to_each_other_as_their_distance_says() -> None:
    def even(pieces: int) -> np.ndarray:
        return np.zeros((1, 2, pieces, pieces), np.float32)

    def alone(pieces: int) -> np.ndarray:
        return np.where(np.eye(pieces, dtype=bool), 0, -1e4).astype(np.float32)[None, None].repeat(2, axis=1)

    assert vectors(small(even), "ab") == pytest.approx(vectors(small(), "ab"), abs=1e-5)
    assert (vectors(small(alone), "ab") @ vectors(small(), "ab").T)[0, 0] < 0.999


def test_what_was_tuned_is_added_to_a_matrix(tmp_path: Path) -> None:
    name = "encoder.layer.0.output.dense"
    one = Adapter({name: LowRank(np.ones((1, INNER), np.float32), np.eye(WIDTH, 1, dtype=np.float32))}, 0.25)
    another = Adapter({name: LowRank(np.ones((1, 1), np.float32), np.ones((1, 1), np.float32))}, 0.0)
    np.savez(tmp_path / "adapters.npz", **dict(parts("model", one)), **dict(parts("other", another)))
    adapter = adapter_of("model", tmp_path / "adapters.npz")
    assert adapter.unlike == 0.25
    assert (adapter.added[name].up @ adapter.added[name].down).sum() == pytest.approx(INNER)
    assert (vectors(small(adapter=adapter), "ab") @ vectors(small(), "ab").T)[0, 0] < 0.999
    nothing = Adapter({name: LowRank(np.zeros((1, INNER), np.float32), np.ones((WIDTH, 1), np.float32))}, 0.0)
    assert vectors(small(adapter=nothing), "ab") == pytest.approx(vectors(small(), "ab"), abs=0.01)


@pytest.mark.parametrize("content", [None, b"", b"no zip", b"PK\x03\x04" + b"\xff" * 100])
def test_damaged_tuning_is_the_fault_of_no_model(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "adapters.npz"
    if content is None:
        np.savez(path, source="tuned for another model")
    else:
        path.write_bytes(content)
    with pytest.raises(ModelDamaged, match=r"which comes with npc-engine, is damaged .* install npc-engine again"):
        adapter_of("model", path)


@pytest.mark.parametrize("content", [b"", b"no model", b"E5S1", b"\xff" * 100])
def test_a_damaged_model_says_so(tmp_path: Path, content: bytes) -> None:
    for name in ("model.safetensors", "tokenizer.json"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelDamaged, match="models verify"):
        MPNetEmbedder(tmp_path)
    with pytest.raises(ModelDamaged, match="models verify"):
        E5Embedder(tmp_path / "model.safetensors")


def test_a_model_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="models pull likeness-en"):
        MPNetEmbedder(tmp_path / "no")
    with pytest.raises(ModelMissing, match="models pull likeness-any"):
        E5Embedder(tmp_path / "no.bin")


@pytest.mark.models
def test_english_that_means_the_same_is_alike() -> None:
    question, same, other = vectors(
        MPNetEmbedder(model_path("likeness-en")), "Where is the key?", "In what place is the key?", "I like soup."
    )
    assert question @ same > 0.8
    assert question @ other < 0.3


@pytest.mark.models
def test_what_means_the_same_is_alike_across_languages_and_forms_of_letters() -> None:
    embedder = E5Embedder(model_path("likeness-any"))
    question, chinese, wide, other = vectors(
        embedder, "Where is the key?", "钥匙在哪里？", "Ｗｈｅｒｅ  ｉｓ ｔｈｅ ｋｅｙ?", "I like soup."
    )
    assert question @ chinese > question @ other
    assert question @ wide > 0.99


@pytest.mark.models
def test_a_long_text_is_cut_off() -> None:
    for embedder in (MPNetEmbedder(model_path("likeness-en")), E5Embedder(model_path("likeness-any"))):
        assert np.linalg.norm(vectors(embedder, "long " * 2000)) == pytest.approx(1, abs=1e-5)
