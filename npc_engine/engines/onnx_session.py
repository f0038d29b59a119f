"""Open ONNX models so that several engines can share few cores, with inner tensors exposed as outputs."""

from __future__ import annotations

import onnx
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

BROKEN_MODEL: tuple[type[Exception], ...] = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)
"""What onnxruntime raises for a damaged model."""


def cpu_session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    """A session on `threads` cores whose threads sleep when they wait. Raises one of `BROKEN_MODEL`.

    A quantised model gives what it was made to give on every processor. By default, where there is AVX2 but no VNNI,
    products of 8-bit numbers are summed in 16 bits that overflow: Smart Turn heard a sentence's middle as its end.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])


def exposing(model: bytes, tensor: str) -> bytes:
    """`model` with an inner tensor as one more output, the last.

    Serialised messages of protocol buffers merge when they are concatenated, so the model needs no parsing here.
    """
    output = onnx.ValueInfoProto(name=tensor)
    return model + onnx.ModelProto(graph=onnx.GraphProto(output=[output])).SerializeToString()
