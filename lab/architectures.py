"""The hyperparameters of published models, and what their makers say of them, each with its source.

`Architecture` is one flat config for dense models and mixtures of experts, for full, grouped, latent
and sliding-window attention, from GPT-2 to gpt-oss.  The data lie beside this file, in
`architectures.toml`; how they are counted is in `lab.counting`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

LIST = Path(__file__).with_name("architectures.toml")
_FIGURES = ("total", "active", "tokens", "cache")
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}


@dataclass(frozen=True)
class Architecture:
    """What fixes the number and the shapes of a decoder's parameters; words about it are left out.

    Defaults describe a dense model with grouped queries, RMSNorm, rotary positions and SwiGLU.
    Raises `ValueError` where two fields contradict one another.
    """

    vocab_size: int
    d_model: int
    n_layers: int
    n_heads: int
    n_kv_heads: int
    head_dim: int

    d_ff: int = 0  # inner width of a dense feed-forward network; 0: every layer is a mixture
    gated: bool = True  # SwiGLU, three matrices; False: two matrices, as in GPT-2
    tied: bool = False  # the output matrix is the embedding
    n_positions: int = 0  # learned position embeddings; 0: rotary, which has no parameters
    layer_norm: bool = False  # LayerNorm has a bias beside its scale
    norms_per_layer: int = 2
    qk_norm: Literal["", "head", "projection"] = ""  # one scale for all heads, or each its own
    qkv_bias: bool = False
    output_bias: bool = False  # of attention
    ff_bias: bool = False  # of experts as well
    router_bias: bool = False
    sinks: bool = False  # one learned attention sink for each head

    window: int = 0  # tokens that a sliding layer looks back on, itself included; 0: no such layers
    full_every: int = 0  # with a window: every n-th layer sees everything; 0: none does

    kv_rank: int = 0  # latent attention: numbers of the latent vector; head_dim has no positions
    q_rank: int = 0
    rope_dim: int = 0  # of the rotary key that all heads share
    v_head_dim: int = 0

    n_experts: int = 0
    experts_per_token: int = 0
    d_expert: int = 0
    n_shared_experts: int = 0  # experts that every token uses
    n_dense_layers: int = 0  # at the bottom, before the first mixture
    moe_every: int = 1  # every n-th of the other layers is a mixture
    n_mtp_layers: int = 0  # modules that predict further tokens, counted apart

    def __post_init__(self) -> None:
        if self.n_heads % self.n_kv_heads:
            raise ValueError(f"{self.n_kv_heads} key-value heads do not divide {self.n_heads}")
        if bool(self.n_experts) != bool(self.experts_per_token and self.d_expert):
            raise ValueError("n_experts, experts_per_token and d_expert belong together")
        if self.experts_per_token > self.n_experts:
            raise ValueError(f"a token cannot use {self.experts_per_token} of {self.n_experts}")
        if bool(self.d_ff) != (self.n_moe_layers < self.n_layers):
            raise ValueError("d_ff is for dense layers, and these need it")
        if bool(self.kv_rank) != bool(self.q_rank and self.rope_dim and self.v_head_dim):
            raise ValueError("kv_rank, q_rank, rope_dim and v_head_dim belong together")

    @property
    def n_moe_layers(self) -> int:
        return (self.n_layers - self.n_dense_layers) // self.moe_every if self.n_experts else 0

    @property
    def n_full_layers(self) -> int:
        """Layers whose attention sees the whole text."""
        if not self.window:
            return self.n_layers
        return self.n_layers // self.full_every if self.full_every else 0

    @property
    def attention(self) -> str:
        """The kind of attention, by what it caches."""
        if self.kv_rank:
            return "latent"
        kind = "full heads" if self.n_kv_heads == self.n_heads else "grouped"
        return f"{kind}, window" if self.window else kind


@dataclass(frozen=True)
class Figure:
    """A number as its maker printed it, for instance "5.13B"; "" where none was published."""

    printed: str
    source: str

    @property
    def value(self) -> float | None:
        """The number, or None where none was published."""
        return float(self._number) * self._unit if self.printed else None

    def fits(self, count: float) -> bool:
        """Whether `count`, rounded or cut to the printed digits, is the printed number."""
        if self.value is None:
            return False
        step = self._unit / 10 ** len(self._number.partition(".")[2])
        return self.value - step / 2 <= count < self.value + step

    @property
    def _number(self) -> str:
        return self.printed.rstrip("KMBT")

    @property
    def _unit(self) -> int:
        return _UNITS[self.printed[len(self._number) :]]


@dataclass(frozen=True)
class Model:
    """A published model: its architecture and its maker's figures."""

    name: str
    maker: str
    country: str
    released: str  # year-month
    architecture: Architecture
    source: str  # of the architecture
    total: Figure  # parameters
    active: Figure  # parameters at work on a token
    tokens: Figure  # of pre-training
    cache: Figure  # bytes for each token at two bytes a number


@cache
def models(listed: Path = LIST) -> dict[str, Model]:
    """All models by name, from GPT-2 on; raises `ValueError` where a figure has no source."""
    entries = tomllib.loads(listed.read_text(encoding="utf-8"))["models"]
    return {key: _model(key, entry) for key, entry in entries.items()}


def checked(listed: Path = LIST) -> str:
    """The month in which the sources were last read."""
    return tomllib.loads(listed.read_text(encoding="utf-8"))["checked"]


def _model(key: str, entry: dict[str, Any]) -> Model:
    if not entry["source"]:
        raise ValueError(f"{key}: the architecture needs a source")
    figures = {name: _figure(f"{key}: {name}", entry[name]) for name in _FIGURES}
    architecture = Architecture(**entry["architecture"])
    return Model(**entry | figures | {"architecture": architecture})


def _figure(where: str, cell: dict[str, str]) -> Figure:
    """A cell `{printed, source}`; where nothing was published only the source, which says so."""
    if not cell.get("source"):
        raise ValueError(f"{where} needs a source, also where no number was published")
    return Figure(cell.get("printed", ""), cell["source"])
