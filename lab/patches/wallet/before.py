"""Accounts in whole cents."""


def withdraw(balance: int, amount: int) -> int:
    """The balance after `amount` was taken out."""
    return balance - amount


def pay(balances: dict[str, int], payer: str, payee: str, amount: int) -> None:
    """Move `amount` from one account to another."""
    balances[payer] = withdraw(balances[payer], amount)
    balances[payee] += amount
