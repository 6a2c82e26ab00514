"""Answers to triage: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

from struggle.answers import reference, right, wrong


def closed(merit, spotted, mistaken):
    return merit * mistaken + (1 - merit) * spotted


@reference
def longest_look(review, merit, spotted, mistaken):
    return closed(merit, spotted, mistaken) * review


@reference
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    time = look + (1 - closed(merit, spotted, mistaken)) * review
    handled = min(rate, 1 / time)
    return handled * merit * (1 - mistaken)


@right("from the load that is saved")
def longest_look(review, merit, spotted, mistaken):
    open_share = merit * (1 - mistaken) + (1 - merit) * (1 - spotted)
    return review - open_share * review


@right("from the load, scaled down where it exceeds one")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    good, bad = rate * merit, rate * (1 - merit)
    load = rate * look + (good * (1 - mistaken) + bad * (1 - spotted)) * review
    return good * (1 - mistaken) / max(load, 1.0)


def merged(rate, review, merit, look, spotted, mistaken, shut=closed, kept=None, looked=1.0):
    time = look * looked + (1 - shut(merit, spotted, mistaken)) * review
    return min(rate, 1 / time) * merit * ((1 - mistaken) if kept is None else kept)


@wrong("spotted-only")
def longest_look(review, merit, spotted, mistaken):
    return (1 - merit) * spotted * review


@wrong("share-forgotten")
def longest_look(review, merit, spotted, mistaken):
    return (spotted + mistaken) * review


@wrong("open-share")
def longest_look(review, merit, spotted, mistaken):
    return (1 - closed(merit, spotted, mistaken)) * review


@wrong("good-only")
def longest_look(review, merit, spotted, mistaken):
    return ((1 - merit) * spotted - merit * mistaken) * review


@wrong("look")
def longest_look(review, merit, spotted, mistaken):
    return closed(merit, spotted, mistaken) / review


@wrong("no-limit")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    return rate * merit * (1 - mistaken)


@wrong("mistakes-merged")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    return merged(rate, review, merit, look, spotted, mistaken, kept=1.0)


@wrong("all-reviewed")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    return merged(rate, review, merit, look, spotted, mistaken, shut=lambda *shares: 0.0)


@wrong("look-free")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    return merged(rate, review, merit, look, spotted, mistaken, looked=0.0)


@wrong("look-on-open")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    left = 1 - closed(merit, spotted, mistaken)
    return merged(rate, review, merit, look, spotted, mistaken, looked=left)


@wrong("merged")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    return min(rate, 1 / (look + review)) * merit / 2


@wrong("load-without")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    time = look + (1 - closed(merit, spotted, mistaken)) * review
    handled = rate if rate * review <= 1 else 1 / time
    return handled * merit * (1 - mistaken)


@wrong("only-if-it-pays")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    if look < closed(merit, spotted, mistaken) * review:
        return merged(rate, review, merit, look, spotted, mistaken)
    return min(rate, 1 / review) * merit


@wrong("only-if-it-pays")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    time = min(look + (1 - closed(merit, spotted, mistaken)) * review, review)
    return min(rate, 1 / time) * merit * (1 - mistaken)


@wrong("looks-first")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    still_open = 1 - closed(merit, spotted, mistaken)
    reviewed = min(rate * still_open, max(0, 1 - rate * look) / review)
    return reviewed / still_open * merit * (1 - mistaken)


@wrong("beyond-arrivals")
def merged_per_day(rate, review, merit, look, spotted, mistaken):
    time = look + (1 - closed(merit, spotted, mistaken)) * review
    return merit * (1 - mistaken) / time
