"""Answers to masked-loss: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np

from struggle.answers import reference, right, wrong


@reference
def masked_loss(log_probs, tokens, hidden, times):
    chosen = np.take_along_axis(log_probs, tokens[..., None], axis=-1)[..., 0]
    return np.mean(-chosen * hidden / times[:, None])


@right("a loop over texts and positions")
def masked_loss(log_probs, tokens, hidden, times):
    total = 0.0
    for text in range(len(tokens)):
        for position in range(len(tokens[text])):
            if hidden[text][position]:
                total -= log_probs[text][position][tokens[text][position]] / times[text]
    return total / tokens.size


@right("a one-hot code and sums over named axes")
def masked_loss(log_probs, tokens, hidden, times):
    hot = np.eye(log_probs.shape[-1])[tokens]
    return -np.einsum("tps,tps,tp,t->", log_probs, hot, hidden, 1 / times) / hidden.size


@right("only the hidden tokens picked, each with its text's weight")
def masked_loss(log_probs, tokens, hidden, times):
    text, position = np.nonzero(hidden)
    surprise = -log_probs[text, position, tokens[text, position]]
    return np.sum(surprise / times[text]) / len(tokens) / len(tokens[0])


def _surprise(log_probs, tokens):
    return -np.take_along_axis(log_probs, tokens[..., None], axis=-1)[..., 0]


@wrong("broadcast")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) * hidden / times)


@wrong("unweighted")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) * hidden)


@wrong("by-hidden")
def masked_loss(log_probs, tokens, hidden, times):
    return _surprise(log_probs, tokens)[hidden].mean()


@wrong("by-hidden")
def masked_loss(log_probs, tokens, hidden, times):
    return np.average(_surprise(log_probs, tokens), axis=1, weights=hidden).mean()


@wrong("twice")
def masked_loss(log_probs, tokens, hidden, times):
    losses = (_surprise(log_probs, tokens) * hidden).sum(1) / hidden.sum(1)
    return np.mean(losses / times)


@wrong("everything")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) / times[:, None])


@wrong("shown")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) * ~hidden / times[:, None])


@wrong("sign")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(-_surprise(log_probs, tokens) * hidden / times[:, None])


@wrong("times-time")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) * hidden * times[:, None])


@wrong("summed")
def masked_loss(log_probs, tokens, hidden, times):
    return np.sum(_surprise(log_probs, tokens) * hidden, axis=1) @ (1 / times) / len(tokens)


@wrong("one-time")
def masked_loss(log_probs, tokens, hidden, times):
    return np.mean(_surprise(log_probs, tokens) * hidden) / times.mean()


@wrong("nothing-hidden")
def masked_loss(log_probs, tokens, hidden, times):
    of_hidden = (_surprise(log_probs, tokens) * hidden).sum(1) / hidden.sum(1)
    return np.mean(of_hidden * hidden.mean(1) / times)


@wrong("value")
def masked_loss(log_probs, tokens, hidden, times):
    return -np.mean(log_probs.max(-1) * hidden / times[:, None])
