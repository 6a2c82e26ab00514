"""What serving a language model costs: the price of a token, the batch, and two kinds of chip.

All of it is computed at the roofline (`lab.roofline`), so times are the least possible and prices the
lowest; groups of chips are taken to share their work without loss.  `CHIPS` holds limits that makers
or reporters published; the page `trends/hardware` names the source of each number.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.accounting import decode_flops, kv_cache_bytes, parameters
from lab.economics import SECONDS_PER_HOUR
from lab.roofline import Roofline, Work, decode, prefill
from lab.transformer import Config

# The shape of Llama 3's 70B (Grattafiori et al. 2024), with one matrix for both embedding and output.
LLAMA_70B = Config(128_256, 8192, 80, 64, 8, 28_672)


@dataclass(frozen=True)
class Chip:
    """The published limits of a chip, or of a group of chips that share all work evenly.

    `peak` in FLOP/s without sparsity, for numbers of `number` bytes; `bandwidth` in bytes a second and
    `capacity` in bytes of the memory that holds the weights.
    """

    peak: float
    bandwidth: float
    capacity: float
    number: float

    @property
    def roofline(self) -> Roofline:
        return Roofline(self.peak, self.bandwidth)

    @property
    def tokens_at_ridge(self) -> float:
        """Tokens that must share one reading of the weights until arithmetic is the limit.

        A weight is `number` bytes and 2 FLOPs for each token; caches are left out.
        """
        return self.roofline.ridge * self.number / 2

    def group(self, count: int) -> "Chip":
        """`count` of them as one machine; the network between them costs nothing here."""
        return Chip(count * self.peak, count * self.bandwidth, count * self.capacity, self.number)

    def token_rate(self, config: Config, shared: ArrayLike) -> NDArray[np.float64]:
        """Tokens a second where `shared` tokens use each weight that is read; caches are left out."""
        flops = 2 * parameters(config)
        return self.roofline.rate(2 * np.asarray(shared, float) / self.number) / flops

    def decode_seconds(self, config: Config, batch: int, context: int) -> float:
        """One more token for each of `batch` texts of `context` tokens."""
        return self.roofline.seconds(_in_bytes(decode(config, batch, context, 1), self.number))

    def room(self, config: Config, context: int) -> int:
        """How many texts of `context` tokens have room for their caches beside the weights."""
        cache = kv_cache_bytes(config, context, 1)
        return max(0, int((self.capacity / self.number - parameters(config)) // cache))

    def largest_batch(self, config: Config, context: int, seconds: float) -> int:
        """The most texts that fit and each get their next token within `seconds`; 0 where none does.

        At the roofline a larger batch never makes a token dearer, so this is also the cheapest one.
        """
        weights, cache = parameters(config), kv_cache_bytes(config, context, 1)
        memory = (seconds * self.bandwidth / self.number - weights) / cache
        arithmetic = seconds * self.peak / decode_flops(config, context)
        return max(0, min(self.room(config, context), math.floor(min(memory, arithmetic))))


# Sources: see the table of the page `trends/hardware`.
CHIPS = {
    "H100": Chip(1979e12, 3.35e12, 80e9, 1),
    "B300": Chip(4.5e15, 8e12, 288e9, 1),
    "MI355X": Chip(5e15, 8e12, 288e9, 1),
    "TPU7x": Chip(4614e12, 7.38e12, 192 * 2**30, 1),
    "Trainium2": Chip(1299e12, 2.9e12, 96 * 2**30, 1),
    "Trainium3": Chip(2517e12, 4.9e12, 144 * 2**30, 1),
    "Maia 200": Chip(5.072e15, 7e12, 216e9, 1),
    "Rubin": Chip(33.3e15, 20.5e12, 288e9, 0.5),
    "Rubin CPX": Chip(20e15, 2e12, 128e9, 0.5),
    "Groq 3": Chip(1.23e15, 150e12, 0.5e9, 1),
}


def price_per_million(
    dollars_per_hour: ArrayLike, tokens_per_second: ArrayLike
) -> NDArray[np.float64]:
    """Dollars for a million tokens of a machine that is never idle."""
    hours = 1e6 / np.asarray(tokens_per_second, float) / SECONDS_PER_HOUR
    return np.asarray(dollars_per_hour, float) * hours


@dataclass(frozen=True)
class Request:
    """What one request needs: `read` to take in its prompt, `write` for its share of the decoding."""

    read: Work
    write: Work


def request(config: Config, prompt: int, answer: int, batch: int, number: float) -> Request:
    """A prompt read on its own and an answer written among `batch` texts at its mean length.

    `prompt` and `answer` in tokens, weights and caches in numbers of `number` bytes.  Prompts read
    together would share the weights, so short ones cost less than this where memory is the limit.
    """
    step = decode(config, batch, prompt + answer // 2, 1)
    written = Work(answer * step.flops / batch, answer * step.bytes / batch)
    return Request(_in_bytes(prefill(config, 1, prompt, 1), number), _in_bytes(written, number))


def together(machine: Roofline, work: Request, overlap: float) -> float:
    """Seconds of one kind of machine for a request's two halves.

    With `overlap` 0 they follow one another; with 1 the arithmetic of reading hides entirely behind
    the memory traffic of writing, or the other way round; between, as much of the gap is closed.
    """
    apart = machine.seconds(work.read) + machine.seconds(work.write)
    flops, moved = work.read.flops + work.write.flops, work.read.bytes + work.write.bytes
    return apart - overlap * (apart - machine.seconds(Work(flops, moved)))


def split(reader: Roofline, writer: Roofline, work: Request, price: float) -> float:
    """The cost of a request whose halves run on two kinds of machine, in seconds of `writer`.

    A second of `reader` costs `price` seconds of `writer`; sending the cache over costs nothing.
    """
    return price * reader.seconds(work.read) + writer.seconds(work.write)


def break_even_price(reader: Roofline, writer: Roofline, work: Request, overlap: float) -> float:
    """The price of `reader`, as a share of `writer`'s, below which splitting pays.

    Negative where `writer` hides the reading so well that a reader would have to be paid for.
    """
    saved = together(writer, work, overlap) - writer.seconds(work.write)
    return saved / reader.seconds(work.read)


def _in_bytes(work: Work, number: float) -> Work:
    """`work`, counted with numbers of one byte, with numbers of `number` bytes."""
    return Work(work.flops, work.bytes * number)
