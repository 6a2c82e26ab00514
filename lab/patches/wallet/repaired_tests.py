from wallet import pay, withdraw


def test_all_of_it_may_go() -> None:
    assert withdraw(100, 100) == 0


def test_an_overdraft_is_refused() -> None:
    try:
        withdraw(100, 130)
    except ValueError:
        return
    raise AssertionError("the overdraft was not refused")


def test_a_payment_moves_money() -> None:
    balances = {"ada": 50, "bob": 0}
    pay(balances, "ada", "bob", 20)
    assert balances == {"ada": 30, "bob": 20}
