"""Models as ONNX files, for a runtime without PyTorch: the demos on the pages.

A file keeps the weights in half precision, at half the size, and widens them when it is opened: all is
computed in single precision.  `tests/lab/test_onnx_export.py` holds the logits to PyTorch's.
"""

import logging
import warnings

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from lab.transformer import Config, KVCache, Transformer, rotations


class _Past(KVCache):
    """A cache that grows by new tensors: a graph takes and gives its memory, and overwrites nothing.

    `memory` is (n_layers, 2, batch, n_kv_heads, positions, head_dim).
    """

    def __init__(self, config: Config, memory: Tensor) -> None:
        self.config, self.memory, self.length = config, memory, memory.shape[4]
        self.extended: list[Tensor] = []

    def next_rotations(self, length: int) -> Tensor:
        return rotations(self.config, self.length, length)

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        both = torch.cat([self.memory[layer], torch.stack([keys, values])], dim=3)
        self.extended.append(both)
        return both[0], both[1]


class _Cached(nn.Module):
    """One more token (1, 1) after a memory: logits (1, 1, vocab_size) and the longer memory."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, token: Tensor, past: Tensor) -> tuple[Tensor, Tensor]:
        cache = _Past(self.model.config, past)
        logits = self.model(token, cache)
        return logits, torch.stack(cache.extended)


def export(model: Transformer) -> bytes:
    """`model` as an ONNX file with the matrices in half precision.

    A bidirectional model takes `tokens` (1, positions) and gives `logits` (1, positions, vocab_size).
    A causal one takes a `token` (1, 1) and the `past` (n_layers, 2, 1, n_kv_heads, positions,
    head_dim), which has no positions in the beginning; it gives `logits` and the next `past` as
    `present`.
    """
    config = model.config
    if config.causal:
        past = torch.zeros(config.n_layers, 2, 1, config.n_kv_heads, 3, config.head_dim)
        token = torch.zeros(1, 1, dtype=torch.long)
        shapes: list[dict[int, str]] = [{}, {4: "positions"}]
        graph = _graph(_Cached(model), {"token": token, "past": past}, shapes, "present")
    else:
        tokens = torch.zeros(1, 3, dtype=torch.long)
        graph = _graph(model, {"tokens": tokens}, [{1: "positions"}])
    _strip(graph)
    _halve(graph)
    onnx.checker.check_model(graph)
    return graph.SerializeToString()


def _graph(
    module: nn.Module, given: dict[str, Tensor], shapes: list[dict[int, str]], *more: str
) -> onnx.ModelProto:
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)  # it warns of packages that it could export from
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # training or not is the same to these models
            program = torch.onnx.export(
                module,
                tuple(given.values()),
                input_names=list(given),
                output_names=["logits", *more],
                dynamic_shapes=tuple(shapes),
                dynamo=True,
                verbose=False,
            )
    finally:
        exporter.setLevel(level)
    assert program is not None
    return program.model_proto


def _strip(model: onnx.ModelProto) -> None:
    """Forget where each node came from: it names files of this machine and takes room."""
    del model.metadata_props[:], model.graph.metadata_props[:], model.graph.value_info[:]
    for part in (*model.graph.node, *model.graph.input, *model.graph.output):
        del part.metadata_props[:]
    for node in model.graph.node:
        node.doc_string = ""


def _halve(model: onnx.ModelProto) -> None:
    """Keep each matrix in half precision, and widen it where the graph begins."""
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type == onnx.TensorProto.FLOAT and len(weight.dims) == 2:
            name = weight.name
            half = numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
            casts.append(helper.make_node("Cast", [weight.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
