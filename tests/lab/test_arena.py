"""Bradley–Terry: other people's fits, closed forms, the nominal rate, and where no fit exists."""

import choix
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, root
from scipy.stats import binom, norm

from lab.arena import (
    CENTRE,
    SCALE,
    Votes,
    bootstrap,
    design_matrix,
    fit,
    hold,
    negative_log_likelihood,
    require_connected,
    standard_error,
    votes_needed,
    win_chance,
)

TRUE = np.array([1050.0, 1120.0, 1180.0, 1240.0, 1410.0])
PAIRS = np.triu_indices(len(TRUE), 1)


def voted(seed: int, battles: int = 60, ties: float = 0.0) -> Votes:
    return hold(TRUE, *PAIRS, battles, np.random.default_rng(seed), ties=ties)


def logits(votes: Votes) -> np.ndarray:
    return (fit(votes, len(TRUE)).ratings - CENTRE) / SCALE


def as_list(votes: Votes) -> list[tuple[int, int]]:
    """Every vote as (winner, loser), as `choix` reads them; draws are not among them."""
    wins = zip(votes.left, votes.right, votes.won, strict=True)
    losses = zip(votes.right, votes.left, votes.lost, strict=True)
    return [(i, j) for i, j, n in (*wins, *losses) for _ in range(n)]


@pytest.mark.parametrize("seed", range(3))
def test_the_fit_is_that_of_choix(seed: int) -> None:
    votes = voted(seed)
    newton = choix.opt_pairwise(len(TRUE), as_list(votes), method="Newton-CG", tol=1e-12)
    spectral = choix.ilsr_pairwise(len(TRUE), as_list(votes), tol=1e-12)
    np.testing.assert_allclose(logits(votes), newton - newton.mean(), atol=1e-6)
    np.testing.assert_allclose(logits(votes), spectral - spectral.mean(), atol=1e-6)


def test_at_the_maximum_every_model_won_as_often_as_expected() -> None:
    """The same logistic regression as a system of equations, draws included, for another solver."""
    votes = voted(3, ties=0.3)
    wins = np.zeros((5, 5))
    wins[votes.left, votes.right] = votes.score
    wins[votes.right, votes.left] = votes.battles - votes.score

    def surplus(x: np.ndarray) -> np.ndarray:
        expected = (wins + wins.T) / (1 + np.exp(x[None, :] - x[:, None]))
        return np.append((wins - expected).sum(1)[:-1], x.sum())

    np.testing.assert_allclose(logits(votes), root(surplus, np.zeros(5), tol=1e-13).x, atol=1e-6)


def test_two_models_have_a_closed_form() -> None:
    votes = Votes(*(np.array([n]) for n in (0, 1, 70, 20, 30)))
    gap, error = fit(votes, 2).gap(0, 1)
    p = 80 / 120
    assert gap == pytest.approx(400 * np.log10(p / (1 - p)), abs=1e-4)
    variance = (70 * (1 - p) ** 2 + 20 * (0.5 - p) ** 2 + 30 * p**2) / (120 * p * (1 - p)) ** 2
    assert error == pytest.approx(SCALE * np.sqrt(variance), rel=1e-5)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_the_gradient_is_the_slope(seed: int) -> None:
    rng = np.random.default_rng(seed)
    votes = hold(TRUE, *PAIRS, 7, rng, ties=0.2)
    at, design = rng.normal(size=7), design_matrix(votes, 5, rng.normal(size=(10, 2)))
    given_ = design, votes.score, votes.battles
    slope = approx_fprime(at, lambda x: negative_log_likelihood(x, *given_)[0], 1e-7)
    np.testing.assert_allclose(negative_log_likelihood(at, *given_)[1], slope, atol=1e-5)


@given(st.permutations(range(10)), st.lists(st.booleans(), min_size=10, max_size=10))
@settings(max_examples=15, deadline=None)
def test_neither_order_nor_side_matters(order: list[int], turned: list[bool]) -> None:
    votes = voted(4, ties=0.2)
    v = np.array([votes.left, votes.right, votes.won, votes.drawn, votes.lost])[:, order]
    swapped = Votes(*np.where(turned, v[[1, 0, 4, 3, 2]], v))
    np.testing.assert_allclose(
        fit(swapped, 5).ratings, fit(votes, 5).ratings, atol=1e-4, err_msg=str(order)
    )


def test_counts_are_votes_one_by_one() -> None:
    votes = voted(5, 30)
    pairs = np.array(as_list(votes)).T
    ones, zeros = np.ones(pairs.shape[1], int), np.zeros(pairs.shape[1], int)
    board, single = fit(votes, 5), fit(Votes(*pairs, ones, zeros, zeros), 5)
    np.testing.assert_allclose(board.ratings, single.ratings, atol=1e-4)
    np.testing.assert_allclose(board.errors, single.errors, rtol=1e-4)
    first, second = voted(1), voted(2)
    summed = (getattr(first, name) + getattr(second, name) for name in ("won", "drawn", "lost"))
    both = fit(Votes(first.left, first.right, *summed), 5)
    np.testing.assert_allclose(fit(first + second, 5).ratings, both.ratings, atol=1e-4)


@pytest.mark.parametrize("ties", [0.0, 0.4])
def test_intervals_hold_the_truth_at_their_rate(ties: float) -> None:
    truth = TRUE - TRUE.mean() + CENTRE
    boards = [fit(voted(seed, 200, ties), 5) for seed in range(300)]
    ends = [board.interval(0.9) for board in boards]
    inside = sum(int(((low <= truth) & (truth <= high)).sum()) for low, high in ends)
    # 1500 intervals, of which ratings of one board share votes: three standard errors of 300 boards.
    assert abs(inside / 1500 - 0.9) < 3 * np.sqrt(0.9 * 0.1 / 300)
    rates = np.mean([(low <= truth) & (truth <= high) for low, high in ends], 0)
    assert (np.abs(rates - 0.9) < 4 * np.sqrt(0.9 * 0.1 / 300)).all()


def test_the_bootstrap_scatters_as_much_as_the_information_says() -> None:
    votes = voted(6, 300, ties=0.3)
    again = bootstrap(votes, 5, 400, np.random.default_rng(0))
    np.testing.assert_allclose(again.std(0), fit(votes, 5).errors, rtol=0.12)
    np.testing.assert_allclose(again.mean(0), fit(votes, 5).ratings, atol=3)


def test_a_standard_error_against_known_opponents_is_what_boards_scatter() -> None:
    """The published models meet so often that theirs are as good as known."""
    board = np.append(TRUE, 1200.0)
    newcomer = np.full(5, 5), np.arange(5)
    rng = np.random.default_rng(7)
    fits = [
        fit(hold(board, *PAIRS, 10**6, rng) + hold(board, *newcomer, 100, rng, ties=0.3), 6)
        for _ in range(300)
    ]
    scatter = np.std([f.ratings[5] - f.ratings[:5].mean() for f in fits])
    expected = standard_error(1200, TRUE, np.full(5, 100), ties=0.3)
    assert scatter == pytest.approx(expected, rel=3 / np.sqrt(600))
    assert standard_error(1200, 1200, 400) == pytest.approx(SCALE / 10)


@pytest.mark.parametrize(
    ("pairs", "groups"),
    [
        ([(0, 1), (1, 0), (2, 3), (3, 2)], r"\[0, 1\] \| \[2, 3\]"),  # never met
        ([(0, 1), (1, 2), (2, 0), (0, 3)], r"\[3\] \|"),  # met, and never won
    ],
)
def test_models_that_are_cut_off_are_named(pairs: list[tuple[int, int]], groups: str) -> None:
    winner, loser = np.array(pairs).T
    ones, zeros = np.ones(4, int), np.zeros(4, int)
    with pytest.raises(ValueError, match=groups):
        fit(Votes(winner, loser, ones, zeros, zeros), 4)
    require_connected(Votes(winner, loser, zeros, ones, zeros) + voted_round(), 4)


def voted_round() -> Votes:
    one, zero = np.ones(4, int), np.zeros(4, int)
    return Votes(np.arange(4), np.roll(np.arange(4), 1), one, zero, zero)


def test_draws_leave_the_expected_score() -> None:
    rng = np.random.default_rng(8)
    votes = hold([1300, 1200], [0], [1], 10**6, rng, ties=0.5, push=30)
    p = win_chance(1330, 1200)
    assert votes.score[0] / 10**6 == pytest.approx(p, abs=2e-3)
    assert votes.drawn[0] / 10**6 == pytest.approx(2 * p * (1 - p), abs=2e-3)
    with pytest.raises(ValueError, match="half"):
        hold([0, 0], [0], [1], 1, rng, ties=0.6)


def test_style_control_takes_out_what_it_is_given_and_nothing_else() -> None:
    rng = np.random.default_rng(9)
    i, j = rng.permuted(np.tile(np.arange(5), (40_000, 1)), axis=1)[:, :2].T
    usual = np.array([1.0, -1.0, 0.0, 0.5, 0.0])
    longer = usual[i] - usual[j] + rng.normal(size=len(i))
    votes = hold(TRUE, i, j, 1, rng, push=SCALE * 0.3 * longer)
    board, plain = fit(votes, 5, longer[:, None]), fit(votes, 5)
    z = (board.ratings - CENTRE - TRUE + TRUE.mean()) / board.errors
    assert np.abs(z).max() < 3.5
    assert board.style[0] == pytest.approx(0.3, abs=4 * np.sqrt(board.covariance[5, 5]))
    assert plain.gap(0, 1)[0] - (TRUE[0] - TRUE[1]) > 60  # 0.6 log odds are 104 points, shrunk


@pytest.mark.parametrize("gap", [40, -150])
def test_the_votes_needed_give_the_power_asked_for(gap: float) -> None:
    n, p = votes_needed(gap, 0.05, 0.8), float(win_chance(gap, 0))
    bound = norm.ppf(0.975) * np.sqrt(n) / 2
    power = binom.cdf(n / 2 - bound, n, p) + binom.sf(n / 2 + bound, n, p)
    assert power == pytest.approx(0.8, abs=0.03)
    assert votes_needed(gap, 0.01) > n > votes_needed(gap, 0.05, 0.5)
