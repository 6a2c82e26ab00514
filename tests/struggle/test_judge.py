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
    ],
)
def test_a_claim_is_tested_beside_the_code(expression, held):
    assert holds(NAMES, RIGHT + "def helper(): return 3", expression)[0] is held


def test_a_claim_about_code_that_does_not_run_says_so():
    held, said = holds(NAMES, "scale = 1 / 0\ndef fit_exponent(N, L): return scale", "True")
    assert held is None and "ZeroDivisionError" in said
