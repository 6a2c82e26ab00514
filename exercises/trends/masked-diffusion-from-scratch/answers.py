"""Answers to masked-diffusion-from-scratch: the reference, other right ones, plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import itertools
import math

import numpy as np
import torch

from struggle.answers import reference, right, wrong

MASK = 3


def log_probs(weights, tokens):
    place = torch.arange(4)
    votes = weights[place[:, None], place, tokens[:, None]]
    return votes.sum(2).log_softmax(-1)


def predict(weights, tokens):
    return log_probs(torch.from_numpy(weights), torch.from_numpy(tokens)).numpy()


@reference
def hide(texts, times, seed):
    noise = np.random.default_rng(seed).random(texts.shape)
    return np.where(noise < times[:, None], MASK, texts)


@reference
def loss_and_gradient(weights, texts, noisy, times):
    weights = torch.tensor(weights, requires_grad=True)
    texts, noisy, times = map(torch.from_numpy, (texts, noisy, times))
    chosen = log_probs(weights, noisy).gather(-1, texts[..., None])[..., 0]
    loss = (-chosen * (noisy == MASK) / times[:, None]).mean()
    loss.backward()
    return loss.item(), weights.grad.numpy()


@reference
def bound(weights, texts):
    total = np.zeros(len(texts))
    for hidden in itertools.product((False, True), repeat=4):
        n = sum(hidden)
        if n:
            surprise = -predict(weights, np.where(hidden, MASK, texts))
            of_texts = np.take_along_axis(surprise, texts[..., None], -1)[..., 0]
            total += of_texts[:, hidden].mean(1) / math.comb(4, n)
    return total / 4


@reference
def train(weights, texts, seed):
    model = torch.tensor(weights)
    optimiser = torch.optim.Adam([model], lr=0.1)
    for step in range(150):
        rng = np.random.default_rng((seed, step))
        times = (rng.permutation(len(texts)) + 1) / len(texts)  # evenly spread, in any order
        noisy = hide(texts, times, (seed, step, 1))
        _, gradient = loss_and_gradient(model.numpy(), texts, noisy, times)
        model.grad = torch.from_numpy(gradient)
        optimiser.step()
    return model.numpy()


@reference
def sample(weights, texts, steps, order, seed):
    rng = np.random.default_rng(seed)
    n_blank = (texts == MASK).sum(1)
    for step in range(1, steps + 1):
        blank, logs = texts == MASK, predict(weights, texts)
        drawn = np.argmax(logs + rng.gumbel(size=logs.shape), axis=-1)
        scores = rng.random(texts.shape)
        if order == "confident":
            scores = np.take_along_axis(logs, drawn[..., None], -1)[..., 0]
        ranks = np.where(blank, -scores, np.inf).argsort(1).argsort(1)
        n_kept = blank.sum(1) - n_blank * (steps - step) // steps
        texts = np.where(ranks < n_kept[:, None], drawn, texts)
    return texts


@right("a mean over all orders of revealing the tokens, one at a time")
def bound(weights, texts):
    total = np.zeros(len(texts))
    for order in itertools.permutations(range(4)):
        shown = np.full_like(texts, MASK)
        for place in order:
            logs = predict(weights, shown)[:, place]
            total -= logs[np.arange(len(texts)), texts[:, place]]
            shown[:, place] = texts[:, place]
    return total / 24 / 4


@right("the gradient by hand, in NumPy")
def loss_and_gradient(weights, texts, noisy, times):
    logs = predict(weights, noisy)
    hot = np.eye(3)[texts]
    factor = (noisy == MASK) / times[:, None] / texts.size
    slope = factor[..., None] * (np.exp(logs) - hot)
    seen = np.eye(4)[noisy]
    return -(factor[..., None] * hot * logs).sum(), np.einsum("tis,tjm->ijms", slope, seen)


@right("one text after another")
def hide(texts, times, seed):
    rng = np.random.default_rng(seed)
    noisy = texts.copy()
    for row, time in zip(noisy, times, strict=True):
        row[rng.random(4) < time] = MASK
    return noisy


@right("plain descent on batches, with uniform times kept away from zero")
def train(weights, texts, seed):
    rng = np.random.default_rng(seed)
    for step in range(300):
        batch = rng.choice(texts, 300)
        times = rng.uniform(0.1, 1, 300)
        noisy = hide(batch, times, (seed, step))
        _, gradient = loss_and_gradient(weights, batch, noisy, times)
        weights = weights - 2 * 0.99**step * gradient
    return weights


@wrong("changed")
def hide(texts, times, seed):
    noise = np.random.default_rng(seed).random(texts.shape)
    return np.where(noise < times[:, None], MASK, np.sort(texts, axis=1))


@wrong("seed")
def hide(texts, times, seed):
    return np.where(np.random.default_rng().random(texts.shape) < times[:, None], MASK, texts)


@wrong("inverted")
def hide(texts, times, seed):
    noise = np.random.default_rng(seed).random(texts.shape)
    return np.where(noise > times[:, None], MASK, texts)


@wrong("share")
def hide(texts, times, seed):
    noise = np.random.default_rng(seed).random(texts.shape)
    return np.where(noise < times.mean(), MASK, texts)


@wrong("one-pattern")
def hide(texts, times, seed):
    noise = np.random.default_rng(seed).permutation(4) / 4
    return np.where(noise + 0.125 < times[:, None], MASK, texts)


@wrong("together")
def hide(texts, times, seed):
    noise = np.random.default_rng(seed).random((len(texts), 1))
    return np.where(noise < times[:, None], MASK, texts)


@wrong("together")
def hide(texts, times, seed):
    rng = np.random.default_rng(seed)
    ranks = rng.random(texts.shape).argsort(1).argsort(1)
    expected = 4 * times
    n = np.floor(expected + rng.random(len(times)))
    return np.where(ranks < n[:, None], MASK, texts)


def _with_loss(loss_of, weights, texts, noisy, times):
    weights = torch.tensor(weights, requires_grad=True)
    texts, noisy, times = map(torch.from_numpy, (texts, noisy, times))
    surprise = -log_probs(weights, noisy).gather(-1, texts[..., None])[..., 0]
    loss = loss_of(surprise, noisy == MASK, times[:, None])
    loss.backward()
    return loss.item(), weights.grad.numpy()


@wrong("unweighted")
def loss_and_gradient(*args):
    return _with_loss(lambda surprise, hidden, t: (surprise * hidden).mean(), *args)


@wrong("everything")
def loss_and_gradient(*args):
    return _with_loss(lambda surprise, hidden, t: (surprise / t).mean(), *args)


@wrong("sign")
def loss_and_gradient(*args):
    return _with_loss(lambda surprise, hidden, t: -(surprise * hidden / t).mean(), *args)


@wrong("loss")
def loss_and_gradient(*args):
    return _with_loss(lambda surprise, hidden, t: surprise[hidden].mean(), *args)


@wrong("ascent")
def loss_and_gradient(*args):
    loss, gradient = _with_loss(lambda surprise, hidden, t: (surprise * hidden / t).mean(), *args)
    return loss, -gradient


@wrong("gradient")
def loss_and_gradient(*args):
    loss, _ = _with_loss(lambda surprise, hidden, t: (surprise * hidden / t).mean(), *args)
    return loss, _with_loss(lambda surprise, hidden, t: (surprise * hidden).mean(), *args)[1]


@wrong("shape")
def loss_and_gradient(*args):
    return _with_loss(lambda surprise, hidden, t: (surprise * hidden / t).mean(), *args)[1]


def _surprise(weights, texts, noisy):
    return -np.take_along_axis(predict(weights, noisy), texts[..., None], -1)[..., 0]


@wrong("masks-alike")
def bound(weights, texts):
    ways = [np.array(way) for way in itertools.product((False, True), repeat=4) if any(way)]
    means = [_surprise(weights, texts, np.where(way, MASK, texts))[:, way].mean(1) for way in ways]
    return np.mean(means, axis=0)


@wrong("not-by-token")
def bound(weights, texts):
    total = np.zeros(len(texts))
    for hidden in itertools.product((False, True), repeat=4):
        if any(hidden):
            surprise = _surprise(weights, texts, np.where(hidden, MASK, texts))[:, hidden]
            total += surprise.mean(1) / math.comb(4, sum(hidden))
    return total


@wrong("all-blank")
def bound(weights, texts):
    return _surprise(weights, texts, np.full_like(texts, MASK)).mean(1)


@wrong("left-to-right")
def bound(weights, texts):
    shown = [np.where(np.arange(4) < n, texts, MASK) for n in range(4)]
    return np.mean([_surprise(weights, texts, shown[n])[:, n] for n in range(4)], axis=0)


@wrong("bound")
def bound(weights, texts):
    ways = [np.array(way) for way in itertools.product((False, True), repeat=4) if any(way)]
    sums = [_surprise(weights, texts, np.where(way, MASK, texts))[:, way].sum(1) for way in ways]
    return np.mean(sums, axis=0) / 4


@wrong("unchanged")
def train(weights, texts, seed):
    trained = weights.copy()
    for step in range(20):
        times = np.full(len(texts), 0.5)
        noisy = hide(texts, times, seed + step)
        _, gradient = loss_and_gradient(trained, texts, noisy, times)
        trained - 0.5 * gradient
    return trained


def _train(weights, texts, seed, rate, steps, times_of):
    for step in range(steps):
        times = times_of(np.random.default_rng((seed, step)), len(texts))
        noisy = hide(texts, times, (seed, step, 1))
        _, gradient = loss_and_gradient(weights, texts, noisy, times)
        weights = weights - rate * gradient
    return weights


@wrong("worse")
def train(weights, texts, seed):
    return _train(weights, texts, seed, -0.5, 20, lambda rng, n: rng.uniform(0.1, 1, n))


@wrong("only-blank")
def train(weights, texts, seed):
    return _train(weights, texts, seed, 1, 100, lambda rng, n: np.ones(n))


@wrong("not-learnt")
def train(weights, texts, seed):
    return _train(weights, texts, seed, 0.01, 60, lambda rng, n: rng.uniform(0.1, 1, n))


def _decoded(weights, texts, steps, seed, scores_of, draw=None, keep_all=False):
    rng = np.random.default_rng(seed)
    n_blank = (texts == MASK).sum(1)
    for step in range(1, steps + 1):
        blank, logs = texts == MASK, predict(weights, texts)
        drawn = np.argmax(logs if draw else logs + rng.gumbel(size=logs.shape), axis=-1)
        chosen = np.take_along_axis(logs, drawn[..., None], -1)[..., 0]
        ranks = np.where(blank, -scores_of(rng, chosen), np.inf).argsort(1).argsort(1)
        n_kept = 4 if keep_all else blank.sum(1) - n_blank * (steps - step) // steps
        texts = np.where((ranks < np.reshape(n_kept, (-1, 1))) & blank, drawn, texts)
    return texts


def _scores(order):
    return lambda rng, chosen: chosen if order == "confident" else rng.random(chosen.shape)


@wrong("at-once")
def sample(weights, texts, steps, order, seed):
    return _decoded(weights, texts, steps, seed, _scores(order), keep_all=True)


@wrong("greedy")
def sample(weights, texts, steps, order, seed):
    return _decoded(weights, texts, steps, seed, _scores(order), draw="greedy")


@wrong("steps-ignored")
def sample(weights, texts, steps, order, seed):
    most = int((texts == MASK).sum(1).max())
    return _decoded(weights, texts, most, seed, _scores(order))


@wrong("order-ignored")
def sample(weights, texts, steps, order, seed):
    return _decoded(weights, texts, steps, seed, _scores("random"))


@wrong("order-ignored")
def sample(weights, texts, steps, order, seed):
    return _decoded(weights, texts, steps, seed, lambda rng, chosen: -np.arange(4) + 0 * chosen)


@wrong("least-sure")
def sample(weights, texts, steps, order, seed):
    scores = _scores(order)
    sign = -1 if order == "confident" else 1
    return _decoded(weights, texts, steps, seed, lambda rng, chosen: sign * scores(rng, chosen))


@wrong("left")
def sample(weights, texts, steps, order, seed):
    rng = np.random.default_rng(seed)
    for _ in range(steps):
        blank, logs = texts == MASK, predict(weights, texts)
        drawn = np.argmax(logs + rng.gumbel(size=logs.shape), axis=-1)
        opened = blank & (rng.random(texts.shape) < 1 / steps)
        texts = np.where(opened, drawn, texts)
    return texts


@wrong("given")
def sample(weights, texts, steps, order, seed):
    return _decoded(weights, np.full_like(texts, MASK), steps, seed, _scores(order))


@wrong("seed-of-sample")
def sample(weights, texts, steps, order, seed):
    return _decoded(weights, texts, steps, None, _scores(order))


@wrong("sample")
def sample(weights, texts, steps, order, seed):
    flat = 0.5 * weights
    return _decoded(flat, texts, steps, seed, _scores(order))
