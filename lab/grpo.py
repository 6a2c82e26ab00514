"""Group relative policy optimisation: reinforcement learning from a verifier, without a critic.

Each prompt is answered by a group of samples, and a sample's advantage is its reward against its
group's (Shao et al. 2024, DeepSeekMath, section 4.1).  Three repairs are kept as choices, because the
RLVR page compares them: no KL penalty, the mean over all tokens of the batch (Yu et al. 2025, DAPO),
and Dr. GRPO's constant divisor with unscaled advantages (Liu et al. 2025).
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

import torch
from torch import Tensor, nn

from lab.sampling import sample
from lab.tokenizer import CharTokenizer
from lab.transformer import Transformer

PIECE = 96  # rows that are differentiated at once
Divisor = Literal["responses", "tokens", "constant"]


class Prompted(Protocol):
    """What a policy can be asked: anything with a prompt."""

    @property
    def prompt(self) -> str: ...


Task = TypeVar("Task", bound=Prompted)


@dataclass(frozen=True)
class Settings:
    """What a GRPO run needs to know; the defaults are those of the RLVR page."""

    lr: float = 2e-4
    prompts: int = 24
    group: int = 16
    max_tokens: int = 48
    updates: int = 1
    clip: float = 0.2
    kl: float = 0.0
    divisor: Divisor = "tokens"
    scaled: bool = True
    max_grad_norm: float = 1.0


@dataclass(frozen=True)
class Rollouts:
    """Responses to a batch of prompts, one a row; a prompt's group stands together.

    `tokens` (rows, prompt + response) ids, `mask` (rows, response) true up to each row's end mark,
    `texts` the responses as strings, end mark included.
    """

    tokens: Tensor
    mask: Tensor
    texts: list[str]

    @property
    def lengths(self) -> Tensor:
        """Response tokens of each row, shape (rows,)."""
        return self.mask.sum(1)


@dataclass(frozen=True)
class Step:
    """What one step saw: means over its rollouts, and the share of groups that taught something."""

    reward: float
    length: float
    informative: float


def rollouts(
    policy: Transformer,
    tokenizer: CharTokenizer,
    prompts: Sequence[str],
    group: int,
    *,
    end: str,
    max_tokens: int,
    seed: int,
) -> Rollouts:
    """Sample `group` responses to each of `prompts`, which must be of one length."""
    asked = torch.stack([torch.from_numpy(tokenizer.encode(prompt)) for prompt in prompts])
    asked = asked.repeat_interleave(group, 0)
    stop = int(tokenizer.encode(end)[0])
    drawn = sample(policy, asked, max_tokens, end=stop, seed=seed)
    ended = (drawn == stop).cumsum(1)
    mask = (ended == 0) | ((ended == 1) & (drawn == stop))
    texts = [tokenizer.decode(row[kept].tolist()) for row, kept in zip(drawn, mask, strict=True)]
    return Rollouts(torch.cat([asked, drawn], 1), mask, texts)


def informative(rewards: Tensor) -> Tensor:
    """Which groups of `rewards` (prompts, group) do not agree, shape (prompts,)."""
    return (rewards != rewards[:, :1]).any(1)


def advantages(rewards: Tensor, scaled: bool = True) -> Tensor:
    """Each reward against its group's mean, and in units of its group's spread if `scaled`.

    `rewards` and the result are (prompts, group).  A group that agrees has no advantage anywhere.
    """
    # Without this, a group of equal rewards would be left with rounding errors, scaled up.
    agreed = ~informative(rewards)[:, None]
    centred = (rewards - rewards.mean(1, keepdim=True)).masked_fill(agreed, 0.0)
    if not scaled:
        return centred
    return centred / (rewards.std(1, correction=0, keepdim=True) + 1e-6)


def log_probs(policy: nn.Module, tokens: Tensor, n_response: int) -> Tensor:
    """Log-probability of each of the last `n_response` tokens of `tokens`: (rows, n_response)."""
    logits = policy(tokens[:, :-1])[:, -n_response:]
    targets = tokens[:, -n_response:, None]
    return logits.log_softmax(-1).gather(-1, targets).squeeze(-1)


def surrogate(new: Tensor, old: Tensor, advantage: Tensor, clip: float) -> Tensor:
    """PPO's clipped objective of each token (Schulman et al. 2017, equation 7), to be maximised.

    `new` and `old` (rows, response) log-probabilities, `advantage` (rows,).
    """
    ratio, a = (new - old).exp(), advantage[:, None]
    return torch.minimum(ratio * a, ratio.clamp(1 - clip, 1 + clip) * a)


def kl_estimate(new: Tensor, reference: Tensor) -> Tensor:
    """Unbiased, never negative estimate of KL(policy || reference) at each token.

    Source: Schulman 2020, "Approximating KL divergence", k3.
    """
    difference = reference - new
    return difference.exp() - 1 - difference


def token_weights(mask: Tensor, divisor: Divisor) -> Tensor:
    """What each token of a batch counts for in the mean; `mask` and the result (rows, response).

    `responses`: the mean of each response's mean, so that a token of a long response counts less.
    `tokens`: the mean over all tokens.  `constant`: the sum divided by the batch's size, a number
    that no response's length changes.
    """
    if divisor == "responses":
        return mask / mask.sum(1, keepdim=True) / len(mask)
    return mask / (mask.sum() if divisor == "tokens" else mask.numel())


def grpo_loss(
    new: Tensor,
    old: Tensor,
    advantage: Tensor,
    weights: Tensor,
    settings: Settings,
    reference: Tensor | None = None,
) -> Tensor:
    """GRPO's objective with the sign turned, a number (Shao et al. 2024, equation 3).

    `new`, `old`, `reference` and `weights` are (rows, response), `advantage` is (rows,); the KL
    penalty needs the log-probabilities of the `reference` policy.
    """
    gain = surrogate(new, old, advantage, settings.clip)
    if reference is not None:
        gain = gain - settings.kl * kl_estimate(new, reference)
    return -(gain * weights).sum()


class GRPO(Generic[Task]):
    """A policy in training on `tasks`, a function from a step's number to that step's tasks.

    `policy` is trained in place; `history` holds a `Step` for each step so far.
    """

    def __init__(
        self,
        policy: Transformer,
        tokenizer: CharTokenizer,
        tasks: Callable[[int], Sequence[Task]],
        reward: Callable[[Task, str], float],
        settings: Settings,
        *,
        end: str,
        seed: int,
    ) -> None:
        self.policy, self.tokenizer, self.tasks, self.reward = policy, tokenizer, tasks, reward
        self.settings, self.end, self.seed = settings, end, seed
        self.reference = copy.deepcopy(policy) if settings.kl else None
        self.optimizer = torch.optim.Adam(policy.parameters(), lr=settings.lr, fused=True)
        self.history: list[Step] = []

    def advance(self, stop: int) -> None:
        """Train up to step `stop`."""
        while len(self.history) < stop:
            self.history.append(self._step(len(self.history)))

    def _step(self, number: int) -> Step:
        settings, tasks = self.settings, self.tasks(number)
        batch = rollouts(
            self.policy,
            self.tokenizer,
            [task.prompt for task in tasks],
            settings.group,
            end=self.end,
            max_tokens=settings.max_tokens,
            seed=1_000_003 * self.seed + number,
        )
        repeated = [task for task in tasks for _ in range(settings.group)]
        graded = [self.reward(task, text) for task, text in zip(repeated, batch.texts, strict=True)]
        rewards = torch.tensor(graded).view(-1, settings.group)
        self._learn(batch, advantages(rewards, settings.scaled).flatten())
        return Step(
            reward=rewards.mean().item(),
            length=batch.lengths.float().mean().item(),
            informative=informative(rewards).float().mean().item(),
        )

    def _learn(self, batch: Rollouts, advantage: Tensor) -> None:
        """Follow the gradient of the objective, `updates` times."""
        pieces = list(self._pieces(batch, advantage))
        drawn_at: list[Tensor] = []
        for _ in range(self.settings.updates if pieces else 0):
            self.optimizer.zero_grad()
            for i, (tokens, gains, weights) in enumerate(pieces):
                n = weights.shape[1]
                new = log_probs(self.policy, tokens, n)
                if len(drawn_at) == i:
                    drawn_at.append(new.detach())
                reference = self._reference_log_probs(tokens, n)
                grpo_loss(new, drawn_at[i], gains, weights, self.settings, reference).backward()
            nn.utils.clip_grad_norm_(self.policy.parameters(), self.settings.max_grad_norm)
            self.optimizer.step()

    def _pieces(
        self, batch: Rollouts, advantage: Tensor
    ) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Tokens, advantages and token weights of the rows that have a gradient.

        Rows of like length stay together, so that little work goes into what follows an end mark.
        """
        weights = token_weights(batch.mask, self.settings.divisor)
        rows = ((advantage != 0) | (self.reference is not None)).nonzero()[:, 0]
        if not len(rows):
            return
        n_prompt = batch.tokens.shape[1] - batch.mask.shape[1]
        for piece in rows[batch.lengths[rows].argsort(stable=True)].split(PIECE):
            n = int(batch.lengths[piece].max())
            yield batch.tokens[piece, : n_prompt + n], advantage[piece], weights[piece, :n]

    @torch.no_grad()
    def _reference_log_probs(self, tokens: Tensor, n: int) -> Tensor | None:
        return None if self.reference is None else log_probs(self.reference, tokens, n)
