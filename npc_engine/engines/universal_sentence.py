"""Turn texts into vectors of their meaning, with Google's Universal Sentence Encoder, multilingual v3.

One space for 16 languages: a question in Chinese lies near its answer in English. The model is a convolution over word
pieces, made for sentences: 0.4 ms for a line on one core. Knows nothing of what the texts are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from google.protobuf.message import DecodeError
from sentencepiece import SentencePieceProcessor

from npc_engine.engines.onnx_session import BROKEN_MODEL, cpu_session
from npc_engine.errors import ModelDamaged, ModelMissing

_CUTTER = "SentencepieceTokenizer"
"""A node of the graph that needs a library of operators of its own. It is taken out: sentencepiece does its work."""

_NO_SUCH_MODEL: tuple[type[Exception], ...] = (DecodeError, StopIteration, RuntimeError)
"""What reading the graph, looking for its parts and loading its tokenizer raise."""


class UniversalSentenceEmbedder:
    """One model, shared by all sessions; one call at a time."""

    unlike = 0.0

    def __init__(self, path: Path, threads: int = 1) -> None:
        """Load the ONNX file `path` and run it once. Raises ModelMissing or ModelDamaged."""
        if not path.is_file():
            raise ModelMissing(f"no likeness model at {path}; run: npc-engine models pull likeness")
        try:
            graph, cutter, (self._pieces, self._texts) = _parted(path.read_bytes())
            self._cutter = SentencePieceProcessor(model_proto=cutter)
            self._session = cpu_session(graph, threads)
            self.embed([""])
        except (*BROKEN_MODEL, *_NO_SUCH_MODEL) as error:
            raise ModelDamaged(
                f"the likeness model at {path} can't be loaded ({error}); run: npc-engine models verify"
            ) from error

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """The vector of each text: 512 float32 of length 1, in the machine's byte order.

        Each text runs alone: in a batch the numbers would be rounded by the range of all, and a text's vector would
        depend on its neighbours.
        """
        return [self._vector(text).tobytes() for text in texts]

    def _vector(self, text: str) -> npt.NDArray[np.float32]:
        pieces = np.array(self._cutter.encode(text, add_bos=True, add_eos=True), np.int32)
        (vectors,) = self._session.run(None, {self._pieces: pieces, self._texts: np.array([0, len(pieces)], np.int64)})
        vector: npt.NDArray[np.float32] = vectors[0] / np.linalg.norm(vectors[0])
        return vector


def _parted(model: bytes) -> tuple[bytes, bytes, tuple[str, str]]:
    """The graph without its tokenizer, the tokenizer's model, and the names of what it gave: pieces, and ends of texts.

    Raises StopIteration for a graph of another kind.
    """
    proto = onnx.load_model_from_string(model)
    graph = proto.graph
    cutter = next(node for node in graph.node if node.op_type == _CUTTER)
    graph.node.remove(cutter)
    kept = [tensor for tensor in graph.initializer if tensor.name in set(chain(*(node.input for node in graph.node)))]
    pieces, texts, *_ = cutter.output
    del graph.input[:], graph.initializer[:]
    graph.initializer.extend(kept)
    graph.input.extend(
        [
            onnx.helper.make_tensor_value_info(pieces, onnx.TensorProto.INT32, [None]),
            onnx.helper.make_tensor_value_info(texts, onnx.TensorProto.INT64, [None]),
        ]
    )
    rules = next(attribute.s for attribute in cutter.attribute if attribute.name == "model")
    return proto.SerializeToString(), rules, (pieces, texts)
