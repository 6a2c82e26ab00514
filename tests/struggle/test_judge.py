"""Judging a text: what runs of it, what does not, and what is said where it cannot run."""

import pytest

from struggle.judge import holds, judge_cells, judge_source

ID, NAMES = "scaling/fit-exponent", ["fit_exponent"]
RIGHT = """
import numpy as np

def fit_exponent(N, L):
    return -np.polyfit(np.log(N), np.log(L), 1)[0]
"""


def verdict(source):
    return judge_source(ID, NAMES, source)


@pytest.mark.parametrize(
    "around",
    [
        "raise SystemExit('training for hours')",
        "open('/nowhere/at/all')",
        "fit_exponent([1], [1])",
        "undefined_name",
        "for step in range(10**12): pass",
        "def fit_exponent_slow(N, L): return 1 / 0",
    ],
)
def test_only_what_the_function_needs_runs(around):
    assert verdict(RIGHT + around).passed
    assert verdict(around + "\n" + RIGHT).passed


def test_helpers_constants_and_imports_come_along():
    source = """
from math import log as ln
if True:
    ONE = 1
class Line:
    degree = ONE
def logs(values): return [ln(value) for value in values]
def fit_exponent(N, L):
    import numpy
    return -numpy.polyfit(logs(N), logs(L), Line.degree)[0]
"""
    assert verdict(source).passed


TRAIN = "def fit_exponent(N, L): return slope(N, L)\n"
HELPER = "import numpy as np\ndef slope(N, L): return -np.polyfit(np.log(N), np.log(L), 1)[0]\n"


@pytest.mark.parametrize(
    "source",
    [
        # parameters and locals are not names of the notebook
        "N = 1 / 0\nL = 1 / 0\nslope_of = 1 / 0\n" + HELPER + TRAIN,
        # what changes a table is a part of it
        HELPER + "T = {}\nT['f'] = slope\ndef fit_exponent(N, L): return T['f'](N, L)",
        HELPER + "T = []\nT.append(slope)\ndef fit_exponent(N, L): return T[0](N, L)",
        HELPER + "slope.degree = 1\ndef fit_exponent(N, L): return slope.degree * slope(N, L)",
        HELPER + "class C: pass\nC.f = slope\ndef fit_exponent(N, L): return C.f(N, L)",
        "from numpy import *\ndef fit_exponent(N, L): return -polyfit(log(N), log(L), 1)[0]",
        HELPER + "try: 1 / 0\nexcept ZeroDivisionError: one = 1\n"
        "def fit_exponent(N, L): return one * slope(N, L)",
        HELPER
        + "match 3:\n    case three: pass\ndef fit_exponent(N, L): return three / 3 * slope(N, L)",
        # an earlier definition that a later one uses
        HELPER + TRAIN + "_old = fit_exponent\ndef fit_exponent(N, L): return _old(N, L)",
        HELPER + "def one(): return 0\ndef one(): return 1\nK = one()\ndef one(): return 1 / 0\n"
        "def fit_exponent(N, L): return K * slope(N, L)",
        "from __future__ import annotations\n" + HELPER + "def fit_exponent(N: Sizes, L) -> Slope: "
        "return slope(N, L)",
        # functions that do not bear the name of the task
        HELPER + "fit_exponent = slope",
        HELPER + "fit_exponent = lambda N, L: slope(N, L)",
        HELPER + "from functools import partial\nfit_exponent = partial(slope)",
        # a call on a module changes nothing of it
        HELPER + TRAIN + "np.testing.assert_equal(1, 2)",
    ],
)
def test_what_a_session_would_know_the_judge_knows(source):
    result = verdict(source)
    assert result.passed, result.message


ODD_ANSWERS = [
    "def fit_exponent(N, L):\n    x = []; x.append(x); return x",
    "class Mute(Exception):\n    def __str__(self): raise self\ndef fit_exponent(N, L): raise Mute",
    "if True:\n    return 3\nfit_exponent = 3",
]


@pytest.mark.parametrize("source", ODD_ANSWERS)
def test_no_answer_breaks_the_judge(source):
    result = verdict(source)
    assert not result.passed and result.cause and result.next


def test_the_last_definition_counts():
    assert verdict("def fit_exponent(N, L): return 0" + RIGHT).passed
    assert not verdict(RIGHT + "def fit_exponent(N, L): return 0").passed
    assert verdict(RIGHT + "answer = fit_exponent\nfit_exponent = answer").passed


def test_a_syntax_error_names_its_line():
    result = verdict("import numpy as np\ndef fit_exponent(N, L)\n    return 0")
    assert result.id == "no-python" and "Line 2 is not Python yet" in result.message


def test_a_broken_cell_elsewhere_does_not_matter():
    assert judge_cells(ID, NAMES, ["this is a note", RIGHT]).passed


@pytest.mark.parametrize("source", ["", "\0", "x = 1", "fit_exponent = 3"])
def test_a_missing_function_is_named(source):
    result = verdict(source)
    assert not result.passed and ("`fit_exponent`" in result.message or "Python" in result.message)


def test_an_error_at_the_top_names_its_line():
    result = verdict("scale = 1 / 0\ndef fit_exponent(N, L): return scale")
    assert "Your code raised ZeroDivisionError on line 1 of your code" in result.message


def test_an_error_inside_names_the_line_of_its_cell():
    cells = [
        "import numpy as np\n\n",
        "def fit_exponent(N, L):\n    total = 0\n    return 1 / total",
    ]
    assert "on line 3 of your code" in judge_cells(ID, NAMES, cells).message


def test_names_of_the_learner_do_not_reach_the_check():
    hostile = "import numpy as np\ndef close(*_): return True\ndef number(*_): return 0\n"
    assert not verdict(hostile + "def fit_exponent(N, L): return close and number and 5.0").passed


@pytest.mark.parametrize(
    ("expression", "held"),
    [
        ("fit_exponent([1, 100], [8, 2]) > 0.3", True),
        ("np.isnan(fit_exponent([1, 100], [8, 2]))", False),
        ("helper() == 3", True),
        ("1 / 0", None),
        ("1 +", None),
        ("nobody", None),
        ("np.ones(2) == 1", None),
        ("print('x')", None),
        ("[1]", None),
        ("np.bool_(True)", True),
    ],
)
def test_a_claim_is_tested_beside_the_code(expression, held):
    assert holds(NAMES, RIGHT + "def helper(): return 3", expression)[0] is held


def test_a_claim_about_code_that_does_not_run_says_so():
    held, said = holds(NAMES, "scale = 1 / 0\ndef fit_exponent(N, L): return scale", "True")
    assert held is None and "ZeroDivisionError" in said
