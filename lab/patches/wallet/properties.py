"""The test of a refusal notices code that refuses nothing."""

from hypothesis import strategies as st

CALLS = st.tuples(st.integers(-50, 200), st.integers(-50, 200))


def run(code, balance, amount):
    return code.withdraw(balance, amount)


def notices(tests, name, **replaced):
    """Whether the test `name` fails where functions that it calls are replaced."""
    kept = {each: getattr(tests, each) for each in replaced}
    vars(tests).update(replaced)
    try:
        getattr(tests, name)()
    except AssertionError:
        return True
    finally:
        vars(tests).update(kept)
    return False


def good(code, tests, balance, amount):
    def never_refuses(balance, amount):
        return balance - amount

    assert notices(tests, "test_an_overdraft_is_refused", withdraw=never_refuses)
