"""Running strangers' code: every way to fail ends in time, with words, and nothing printed counts."""

import os
import time

import pytest

from lab.coding_tasks import Example, practice, tasks
from lab.run_code import KINDS, Limits, run_code

pytestmark = pytest.mark.slow

QUICK = Limits(seconds=30)  # a busy machine takes its time
TESTS = (Example((1,), 1), Example((2,), 2), Example((3,), 3))


def kinds(source, examples=TESTS, limits=QUICK):
    report = run_code(source, "f", examples, limits)
    assert len(report.outcomes) == len(examples)
    assert all(outcome.kind in KINDS for outcome in report.outcomes)
    return [outcome.kind for outcome in report.outcomes]


def words(source):
    return str(run_code(source, "f", TESTS))


def in_f(*lines):
    return "def f(x):\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize("task", [*practice(), *tasks()], ids=lambda task: task.name)
def test_every_reference_passes(task):
    report = run_code(task.source, task.name, (*task.examples, *task.hidden))
    assert report.passed and report.kind == "passed", report


def test_a_report_names_the_first_failure():
    report = run_code(in_f("return x if x < 3 else [x]"), "f", TESTS)
    assert [o.kind for o in report.outcomes] == ["passed", "passed", "other value"]
    assert not report.passed and report.kind == "other value"
    assert report.failure.example == TESTS[2]
    assert str(report) == "2 of 3 tests passed. f(3) returned [3], expected 3."
    assert str(run_code(in_f("return x"), "f", TESTS)) == "3 of 3 tests passed."


@pytest.mark.parametrize(
    ("source", "kind", "said"),
    [
        ("", "no code", "There is no code"),
        (" \n", "no code", "There is no code"),
        ("def f(x) return x", "syntax error", "expected ':'"),
        ("def g(x): return x", "no function", "defines no function f"),
        ("f = 3", "no function", "defines no function f"),
        ("1 / 0", "raised", "ZeroDivisionError: division by zero before any call"),
        ("import sys; sys.exit(0)", "raised", "SystemExit: 0 before any call"),
        ("import numpy\n" + in_f("return x"), "raised", "No module named 'numpy'"),
        ("def f(x, y): return x", "raised", "missing 1 required positional argument"),
        ("def f(): return 1", "raised", "takes 0 positional arguments"),
        (in_f("return f(x)"), "raised", "RecursionError"),
        (in_f("return [0] * 10**9"), "raised", "MemoryError"),
        (in_f("import sys", "sys.exit()"), "raised", "SystemExit"),
        (in_f("raise KeyboardInterrupt"), "raised", "KeyboardInterrupt"),
        (in_f("import os", "os._exit(0)"), "raised", "ended Python (0)"),
        (in_f("import os", "os.abort()"), "raised", "ended Python (-6)"),
        (in_f("return input()"), "raised", "EOFError"),
        (in_f("return 'a' * 10**5"), "other value", "more than 10000 characters"),
        (in_f("return [x] * 99"), "other value", "1, ... (297 characters)"),
        (in_f("return (x,)"), "other value", "(1,), a tuple"),
        (in_f("return {x}"), "other value", "{1}, a set"),
        (in_f("return x == 1"), "other value", "returned True, expected 1"),
        (in_f("return float(x)"), "other value", "returned 1.0, expected 1"),
        (in_f("return str(x)"), "other value", "returned '1', expected 1"),
        (in_f("return float('nan')"), "other value", "nan, a float"),
        (in_f("return {x: x}"), "other value", "{1: 1}, a dict"),
        (in_f("return 10**5000"), "raised", "ValueError"),
        (in_f("a = []", "a.append(a)", "return a"), "raised", "RecursionError"),
        (in_f("return lambda: x"), "other value", "a function"),
        (in_f("return chr(0xD800)"), "other value", r"'\ud800'"),
        (in_f("pass"), "other value", "returned None, expected 1"),
    ],
)
def test_ways_to_fail(source, kind, said):
    assert kinds(source) == [kind] * 3
    assert said in words(source)


@pytest.mark.parametrize(
    "line",
    [
        "while True: pass",
        "sum(range(10**12))",
        "import time; time.sleep(99)",
        "try:\n        while True: pass\n    except BaseException: pass",
    ],
)
def test_what_never_ends_is_ended(line):
    start = time.monotonic()
    source = f"def f(x):\n    if x < 2: return x\n    {line}\n    return x\n"
    assert kinds(source, limits=Limits(cpu_seconds=1, seconds=1.5)) == [
        "passed",
        "timed out",
        "timed out",
    ]
    assert time.monotonic() - start < 10


def test_fresh_arguments_for_each_call_and_none_shared():
    source = "seen = []\ndef f(xs):\n    xs.append(1)\n    seen.append(xs)\n    return len(xs)\n"
    assert kinds(source, (Example(([],), 1), Example(([],), 1))) == ["passed"] * 2


FORGED = '\'{"value": 1}\\n{"value": 2}\\n{"value": 3}\\n\''


@pytest.mark.parametrize(
    "line",
    [
        f"print({FORGED})",
        f"import sys; sys.stdout.write({FORGED}); sys.stdout.flush()",
        f"import sys; sys.__stdout__.write({FORGED}); sys.__stdout__.flush()",
        f"import sys; sys.stderr.write({FORGED})",
        f"import os; os.write(1, {FORGED}.encode())",
    ],
)
def test_what_is_printed_is_no_result(line):
    assert kinds(in_f(line, "return 0")) == ["other value"] * 3
    assert kinds(f"{line}\n" + in_f("return x")) == ["passed"] * 3
    assert kinds(in_f(line, "return x")) == ["passed"] * 3


MEDDLING = [
    "import json\njson.dumps = lambda *a, **k: '{\"value\": 7}'\n",
    "import json\njson.dumps = lambda *a, **k: '[' * 10**5\n",
    "import builtins\nbuiltins.len = lambda x: 0\nbuiltins.type = lambda x: int\n",
    "import builtins\nbuiltins.type = None\nbuiltins.isinstance = lambda *a: True\n",
    "import builtins, sys\nsys.modules.clear()\nbuiltins.__dict__.clear()\n",
    "import math\nmath.isfinite = lambda x: True\n",
    "import sys\nsys.modules['__main__'].answer = lambda *a: {'value': 7, 'fault': 'passed'}\n",
    "import sys\nsys.modules['__main__'].answer = lambda *a: {'fault': 'passed', 'words': ''}\n",
]


@pytest.mark.parametrize("meddling", MEDDLING)
def test_who_meddles_with_python_passes_nothing_without_the_value(meddling):
    assert "passed" not in kinds(meddling + in_f("return 9"))


def test_the_expected_values_are_not_in_the_other_process():
    """A function that looks for them in everything that it can reach finds only the arguments."""
    source = in_f(
        "import gc",
        "texts = [t for d in gc.get_objects() if isinstance(d, dict)"
        " for t in d.values() if isinstance(t, str)]",
        "return any('987' + '654' in t for t in texts)",
    )
    secret = (Example((1,), False), Example((2,), "987654"))
    assert kinds(source, secret) == ["passed", "other value"]


@pytest.mark.parametrize(
    "line",
    [
        "open('x', 'w')",
        "open('/dev/shm/x', 'w')",
        "open('/etc/passwd').read()",
        "open(0)",
        "import pathlib; pathlib.Path('x').mkdir()",
        "import os; os.remove('x')",
        "import shutil; shutil.rmtree('.')",
        "import os; os.system('true')",
        "import os; os.fork()",
        "import os; os.kill(os.getppid(), 0)",
        "import subprocess; subprocess.run(['true'])",
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://localhost')",
        "import ctypes; ctypes.CDLL(None)",
    ],
)
def test_nothing_outside_is_reached(line):
    assert kinds(in_f(line, "return x")) == ["raised"] * 3
    assert "PermissionError: no " in words(in_f(line)) or "urlopen error no " in words(in_f(line))


def test_the_library_can_be_imported():
    names = "bisect collections copy dataclasses datetime decimal enum fractions functools heapq"
    names += " itertools json math operator random re statistics string textwrap typing"
    assert kinds(f"import {', '.join(names.split())}\n" + in_f("return x")) == ["passed"] * 3


def test_the_environment_and_the_folder_stay_outside(monkeypatch):
    monkeypatch.setenv("LAB_SECRET", "x")
    seen = Example((0,), ["LAB_SECRET" in os.environ])
    assert kinds(in_f("import os", "return ['LAB_SECRET' in os.environ]"), (seen,)) == [
        "other value"
    ]


def test_no_tests_pass_as_none():
    assert run_code(in_f("return x"), "f", ()).outcomes == ()
