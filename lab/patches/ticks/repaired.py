"""Prices that lie on an exchange's grid."""

from decimal import Decimal


def on_grid(price: str, tick: str) -> bool:
    """Whether `price` is a whole number of ticks."""
    return Decimal(price) % Decimal(tick) == 0


def refused(prices: list[str], tick: str) -> list[str]:
    """The prices that the exchange would send back."""
    return [price for price in prices if not on_grid(price, tick)]
