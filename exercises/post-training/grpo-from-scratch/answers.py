"""Answers to grpo-from-scratch: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import numpy as np
import torch

from struggle.answers import reference, right, wrong


@reference
def sample(logits, group, seed):
    problems, length, vocabulary = logits.shape
    noise = np.random.default_rng(seed).gumbel(size=(problems, group, length, vocabulary))
    return np.argmax(logits[:, None] + noise, axis=-1)  # the Gumbel-max trick


@reference
def answer_mask(tokens):
    ends = np.cumsum(tokens == 0, axis=-1)
    return ends - (tokens == 0) == 0


@reference
def reward(tokens, targets):
    ended = (tokens == 0).any(axis=-1)
    total = (tokens * answer_mask(tokens)).sum(axis=-1)
    return (ended & (total == targets[:, None])).astype(float)


@reference
def advantages(rewards):
    centred = rewards - rewards.mean(axis=1, keepdims=True)
    return centred / (rewards.std(axis=1, keepdims=True) + 1e-6)


@reference
def chosen(logits, tokens):
    every = torch.log_softmax(logits, dim=-1)[:, None].expand(-1, tokens.shape[1], -1, -1)
    return every.gather(-1, tokens[..., None])[..., 0]


@reference
def log_probs(logits, tokens):
    return chosen(torch.from_numpy(logits), torch.from_numpy(tokens)).numpy()


@reference
def loss_and_gradient(logits, tokens, mask, old, advantages, clip):
    tokens, mask, old, A = map(torch.from_numpy, (tokens, mask, old, advantages[..., None]))
    logits = torch.from_numpy(logits).requires_grad_()
    ratio = torch.exp(chosen(logits, tokens) - old)
    gain = torch.minimum(ratio * A, ratio.clip(1 - clip, 1 + clip) * A)
    loss = -gain[mask].mean()
    loss.backward()
    return loss.item(), logits.grad.numpy()


@reference
def train(logits, targets, seed):
    for step in range(100):
        tokens = sample(logits, 16, (seed, step))
        mask, A = answer_mask(tokens), advantages(reward(tokens, targets))
        old = log_probs(logits, tokens)
        for _ in range(2):
            _, gradient = loss_and_gradient(logits, tokens, mask, old, A, 0.2)
            logits = logits - 20 * gradient
    return logits


@right("the gradient by hand, in NumPy")
def loss_and_gradient(logits, tokens, mask, old, advantages, clip):
    scores = np.exp(logits - logits.max(-1, keepdims=True))
    p = (scores / scores.sum(-1, keepdims=True))[:, None]
    hot = tokens[..., None] == np.arange(logits.shape[-1])
    ratio = (p * hot).sum(-1) / np.exp(old)
    A = advantages[..., None]
    limited = np.where(A > 0, np.minimum(ratio, 1 + clip), np.maximum(ratio, 1 - clip))
    flowing = (limited == ratio) * mask * ratio * A / mask.sum()
    return -(limited * A)[mask].mean(), -(flowing[..., None] * (hot - p)).sum(1)


@right("a loop over the answers")
def reward(tokens, targets):
    rewards = np.zeros(tokens.shape[:2])
    for problem, group in enumerate(tokens.tolist()):
        for index, answer in enumerate(group):
            if 0 in answer:
                rewards[problem, index] = sum(answer[: answer.index(0)]) == targets[problem]
    return rewards


@right("Adam in place of plain descent")
def train(logits, targets, seed):
    policy = torch.tensor(logits, requires_grad=True)
    optimiser = torch.optim.Adam([policy], lr=0.3)
    for step in range(40):
        now = policy.detach().numpy().copy()
        tokens = sample(now, 32, 1000 * seed + step)
        mask, A = answer_mask(tokens), advantages(reward(tokens, targets))
        old = log_probs(now, tokens)
        for _ in range(2):
            _, gradient = loss_and_gradient(policy.detach().numpy(), tokens, mask, old, A, 0.2)
            policy.grad = torch.from_numpy(gradient)
            optimiser.step()
    return policy.detach().numpy()


@wrong("end-excluded")
def answer_mask(tokens):
    return np.cumsum(tokens == 0, axis=-1) == 0


@wrong("after-the-end")
def answer_mask(tokens):
    return tokens != 0


@wrong("mask")
def answer_mask(tokens):
    return np.ones(tokens.shape, bool)


@wrong("counts-after-end")
def reward(tokens, targets):
    return ((tokens == 0).any(-1) & (tokens.sum(-1) == targets[:, None])).astype(float)


@wrong("no-end-needed")
def reward(tokens, targets):
    return ((tokens * answer_mask(tokens)).sum(-1) == targets[:, None]).astype(float)


@wrong("reward")
def reward(tokens, targets):
    return (tokens == 0).any(-1).astype(float)


@wrong("not-finite")
def advantages(rewards):
    return (rewards - rewards.mean(1, keepdims=True)) / rewards.std(1, keepdims=True)


@wrong("advantages")
def advantages(rewards):
    return (rewards - rewards.mean()) / (rewards.std() + 1e-6)


@wrong("advantages")
def advantages(rewards):
    return rewards - rewards.mean(1, keepdims=True)


@wrong("log-probs")
def log_probs(logits, tokens):
    return np.exp(chosen(torch.from_numpy(logits), torch.from_numpy(tokens)).numpy())


@wrong("log-probs")
def log_probs(logits, tokens):
    hot = tokens[..., None] == np.arange(logits.shape[-1])
    return (hot * logits[:, None]).sum(-1)


@wrong("not-plain")
def log_probs(logits, tokens):
    return chosen(torch.from_numpy(logits), torch.from_numpy(tokens))


def _grpo(r, A, limited, mask):
    return -torch.minimum(r * A, limited * A)[mask].mean()


def _with_loss(loss_of, logits, tokens, mask, old, advantages, clip):
    tokens, mask, old, A = map(torch.from_numpy, (tokens, mask, old, advantages[..., None]))
    logits = torch.from_numpy(logits).requires_grad_()
    ratio = torch.exp(chosen(logits, tokens) - old)
    loss = loss_of(ratio, A, ratio.clip(1 - clip, 1 + clip), mask)
    loss.backward()
    return loss.item(), logits.grad.numpy()


@wrong("sign")
def loss_and_gradient(*batch):
    return _with_loss(lambda *terms: -_grpo(*terms), *batch)


@wrong("padding-counted")
def loss_and_gradient(*batch):
    return _with_loss(lambda r, A, limited, mask: -torch.minimum(r * A, limited * A).mean(), *batch)


@wrong("loss")
def loss_and_gradient(*batch):
    return _with_loss(lambda r, A, limited, mask: -(r * A)[mask].mean(), *batch)


@wrong("loss")
def loss_and_gradient(*batch):
    return _with_loss(lambda r, A, limited, mask: -(limited * A)[mask].mean(), *batch)


@wrong("per-sequence")
def loss_and_gradient(*batch):
    def loss_of(r, A, limited, mask):
        gain = torch.minimum(r * A, limited * A) * mask
        return -(gain.sum(-1) / mask.sum(-1)).mean()

    return _with_loss(loss_of, *batch)


@wrong("ascent")
def loss_and_gradient(*batch):
    loss, gradient = _with_loss(_grpo, *batch)
    return loss, -gradient


@wrong("clip-not-in-gradient")
def loss_and_gradient(*batch):
    loss, _ = _with_loss(_grpo, *batch)
    return loss, _with_loss(lambda r, A, limited, mask: -(r * A)[mask].mean(), *batch)[1]


@wrong("gradient")
def loss_and_gradient(*batch):
    loss, gradient = _with_loss(_grpo, *batch)
    return loss, np.zeros_like(gradient)


@wrong("shape")
def loss_and_gradient(*batch):
    return _with_loss(_grpo, *batch)[1]


@wrong("unchanged")
def train(logits, targets, seed):
    for _ in range(20):
        tokens = np.repeat(logits.argmax(-1)[:, None], 16, axis=1)
        mask, A = answer_mask(tokens), advantages(reward(tokens, targets))
        old = log_probs(logits, tokens)
        _, gradient = loss_and_gradient(logits, tokens, mask, old, A, 0.2)
        logits = logits - 20 * gradient
    return logits


@wrong("unchanged")
def train(logits, targets, seed):
    trained = logits.copy()
    for step in range(20):
        tokens = sample(trained, 16, (seed, step))
        A, old = advantages(reward(tokens, targets)), log_probs(trained, tokens)
        mask = answer_mask(tokens)
        _, gradient = loss_and_gradient(trained, tokens, mask, old, A, 0.2)
        trained - 20 * gradient
    return trained


def _train(logits, targets, seed, rate, steps):
    for step in range(steps):
        tokens = sample(logits, 16, (seed, step))
        mask, A = answer_mask(tokens), advantages(reward(tokens, targets))
        old = log_probs(logits, tokens)
        _, gradient = loss_and_gradient(logits, tokens, mask, old, A, 0.2)
        logits = logits - rate * gradient
    return logits


@wrong("worse")
def train(logits, targets, seed):
    return _train(logits, targets, seed, rate=-20, steps=30)


@wrong("not-learnt")
def train(logits, targets, seed):
    return _train(logits, targets, seed, rate=0.1, steps=50)
