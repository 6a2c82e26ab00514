"""What the twins on the course's text are like: their losses, their texts, and the gaps they fill."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from lab import diffusion
from lab.diffusion import Order, blank, symbol_logits
from lab.models import load_model
from lab.results import Experiment
from lab.sampling import sample
from lab.text_quality import JUDGE_RECIPE, distinct_trigrams, judged, real_words, surprise
from lab.transformer import Transformer
from lab.twins import EXTRA, LENGTH, SEEDS, after_extra, loss, small, tokenizer, windows

N_TEXTS, N_JUDGED, N_GAPS = 128, 64, 256
DENOISING_STEPS = (1, 2, 4, 8, 16, 32, 64, 128)
ORDERS: tuple[Order, ...] = ("random", "confident")
# A gap of so many pieces in the middle of a window, and the characters after it that show the seam.
MIDDLE, GAP, SEAM = LENGTH // 2, 16, 32
# Autoregression uses the right side of a gap only by trying: so many candidates.
CANDIDATES = 16

Pair = tuple[Transformer, Transformer]  # autoregression and diffusion


@dataclass(frozen=True)
class Measured:
    """One measure of what one source gave in `passes` forward passes; 0 for the plays themselves."""

    size: str
    seed: int
    source: str
    passes: int
    measure: str
    value: float


def run(size: str, seed: int) -> list[Measured]:
    """Everything that the page says of one pair: "small", trained here, or "large", the stored one."""
    if size == "large":
        pair = load_model("twin-autoregression"), load_model("twin-diffusion")
    else:
        pair = small("autoregression", seed), small("diffusion", seed)
    found = [*losses(pair, seed), *texts(pair, seed), *pieces(pair), *gaps(pair, seed)]
    return [Measured(size, seed, *row) for row in found]


Row = tuple[str, int, str, float]  # source, passes, measure, value


def spread(tokens: Tensor, n: int) -> Tensor:
    """`n` of the windows `tokens`, evenly spread."""
    return tokens[:: len(tokens) // n][:n]


def decoded(tokens: Tensor) -> list[str]:
    """The texts of `tokens` (batch, positions); the extra token, drawn now and then, is no piece."""
    return [tokenizer().decode(t for t in text if t != EXTRA) for text in tokens.tolist()]


def losses(pair: Pair, seed: int) -> Iterator[Row]:
    """Nats a character on plays held out: exact for autoregression, for diffusion the bound."""
    val = spread(windows().val, N_JUDGED)
    pieces_a_character = val.numel() / sum(map(len, decoded(val)))
    for source, model in zip(("autoregression", "diffusion"), pair, strict=True):
        found = loss(model, val, seed)
        yield source, 1, "nats", found.nats * pieces_a_character
        yield source, 1, "error of nats", found.error * pieces_a_character


def write(model: Transformer, n: int, seed: int) -> Tensor:
    """`n` texts of a window's length from left to right: (n, LENGTH)."""
    return sample(model, torch.full((n, 1), EXTRA), LENGTH, seed=seed)


def texts(pair: Pair, seed: int) -> Iterator[Row]:
    """How texts of both twins read, written in every way, beside windows of the plays held out."""
    yield from _read("plays held out", 0, spread(windows().val, N_TEXTS))
    yield from _read("pieces drawn blindly", 0, blindly(N_TEXTS, seed))
    yield from _read("autoregression", LENGTH, write(pair[0], N_TEXTS, seed))
    masks = blank(pair[1], N_TEXTS, LENGTH)
    for order in ORDERS:
        for steps in DENOISING_STEPS:
            tokens = diffusion.sample(pair[1], masks, steps, order=order, seed=seed)
            yield from _read(f"diffusion, {order}", steps, tokens)


def blindly(n: int, seed: int) -> Tensor:
    """`n` windows of pieces as frequent as in the plays, in no order: (n, LENGTH)."""
    train = windows().train.flatten()
    chosen = torch.randint(len(train), (n, LENGTH), generator=torch.Generator().manual_seed(seed))
    return train[chosen]


def _read(source: str, passes: int, tokens: Tensor) -> Iterator[Row]:
    written = decoded(tokens)
    yield source, passes, "real words", real_words(written)
    yield source, passes, "judged", judged(written)
    yield source, passes, "distinct", distinct_trigrams(written)


def pieces(pair: Pair) -> Iterator[Row]:
    """How often the one missing piece in the middle of a window is guessed, from one side and two."""
    texts = spread(windows().val, N_GAPS)
    before = left_logits(pair[0], texts, MIDDLE)
    tried = likeliest(pair[0], texts, MIDDLE, before.topk(CANDIDATES).indices)
    guesses = {
        ("autoregression, left side", 1): before.argmax(-1),
        ("autoregression, candidates", 1 + CANDIDATES): tried,
        ("diffusion", 1): gap_logits(pair[1], texts, MIDDLE).argmax(-1),
    }
    for (source, passes), guess in guesses.items():
        yield source, passes, "piece", (guess == texts[:, MIDDLE]).double().mean().item()


@torch.inference_mode()
def left_logits(model: Transformer, texts: Tensor, position: int) -> Tensor:
    """Logits for the piece at `position`, given those before it: (batch, pieces)."""
    return model(after_extra(texts[:, :position]))[:, -1, :EXTRA]


@torch.inference_mode()
def gap_logits(model: Transformer, texts: Tensor, position: int) -> Tensor:
    """Logits for the piece at `position`, given all others: (batch, pieces)."""
    gap = texts.clone()
    gap[:, position] = EXTRA
    return symbol_logits(model, gap)[:, position]


@torch.inference_mode()
def likeliest(model: Transformer, texts: Tensor, position: int, candidates: Tensor) -> Tensor:
    """The candidate, of those (batch, candidates), with which the whole text is likeliest: (batch,)."""
    scores = []
    for candidate in candidates.T:
        tried = texts.clone()
        tried[:, position] = candidate
        log_p = model(after_extra(tried)[:, :-1])[:, position:].log_softmax(-1)
        scores.append(log_p.gather(-1, tried[:, position:, None]).sum((1, 2)))
    best = torch.stack(scores, dim=1).argmax(1, keepdim=True)
    return candidates.gather(1, best)[:, 0]


def gaps(pair: Pair, seed: int) -> Iterator[Row]:
    """How a gap of `GAP` pieces reads once it is filled, and the true text after it, by the judge."""
    texts = spread(windows().val, N_GAPS)
    gap, continued = texts.clone(), texts.clone()
    place = slice(MIDDLE, MIDDLE + GAP)
    gap[:, place] = EXTRA
    continued[:, place] = sample(pair[0], after_extra(texts[:, :MIDDLE]), GAP, seed=seed)
    filled = {"as it was": (0, texts), "autoregression, left side": (GAP, continued)}
    for order in ORDERS:
        tokens = diffusion.sample(pair[1], gap, GAP, order=order, seed=seed)
        filled[f"diffusion, {order}"] = GAP, tokens
    for source, (passes, tokens) in filled.items():
        inside, after = seam(tokens[:, :MIDDLE], tokens[:, place], tokens[:, MIDDLE + GAP :])
        yield source, passes, "gap", inside
        yield source, passes, "seam", after


def seam(left: Tensor, gap: Tensor, right: Tensor) -> tuple[float, float]:
    """The judge's nats a character in a gap, and in the `SEAM` characters of `right` after it."""
    gaps, rights = decoded(gap), [text[:SEAM] for text in decoded(right)]
    # Of the left side, as much as the judge has room for.
    lefts = [
        text[-(JUDGE_RECIPE.context - len(a) - len(b)) :]
        for text, a, b in zip(decoded(left), gaps, rights, strict=True)
    ]
    nats = surprise([a + b + c for a, b, c in zip(lefts, gaps, rights, strict=True)])
    edges = [(len(a) - 1, len(a) - 1 + len(b)) for a, b in zip(lefts, gaps, strict=True)]
    inside = torch.cat([row[a:b] for row, (a, b) in zip(nats, edges, strict=True)])
    after = torch.cat([row[b : b + SEAM] for row, (_, b) in zip(nats, edges, strict=True)])
    return inside.mean().item(), after.nanmean().item()


EXPERIMENTS = (
    Experiment(
        name="twins",
        about="Losses, texts and filled gaps of small twins, three seeds, and of the demo's models.",
        run=run,
        runs=[*({"size": "small", "seed": s} for s in SEEDS), {"size": "large", "seed": 0}],
    ),
)
