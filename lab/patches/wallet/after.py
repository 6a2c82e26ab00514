"""Accounts in whole cents."""


def withdraw(balance: int, amount: int) -> int:
    """The balance after `amount` was taken out; ValueError where that is too much."""
    if amount <= 0:
        raise ValueError("an amount has to be positive")
    if amount > balance:
        raise ValueError("the account would be overdrawn")
    return balance - amount


def pay(balances: dict[str, int], payer: str, payee: str, amount: int) -> None:
    """Move `amount` from one account to another."""
    balances[payer] = withdraw(balances[payer], amount)
    balances[payee] += amount
