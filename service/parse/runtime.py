"""ONNX Runtime, set for a service whose processes have one core each."""

from __future__ import annotations

from pathlib import Path

from onnxruntime import InferenceSession, SessionOptions

# It joins an addition and a normalisation into one operator, which on a CPU takes several times as long as the two:
# a tenth of the encoder's time (1.32, AVX-512)
_SLOW = "SkipLayerNormFusion"


def open_graph(source: Path | bytes) -> InferenceSession:
    """A session of the graph in a file or in memory: one thread, which is the caller's.

    Raises an error of ONNX Runtime for what is no graph.
    """
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # a waiting pool would take the core from the server's other threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return InferenceSession(
        source if isinstance(source, bytes) else str(source),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=[_SLOW],
    )
