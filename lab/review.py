"""Pull requests to review: small patches of Python that runs, some of them with a planted fault.

Each has a folder in `lab/patches`: the code `before` and `after`, the contributor's tests, what the
request says (`patch.toml`), and for a faulty one the repaired code and an input that tells the two
apart.  `tests/lab/test_review.py` verifies every statement about them by running it.
"""

import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

FOLDER = Path(__file__).parent / "patches"
# In the order of the page: sound and faulty ones mixed, long ones after a short one.
NAMES = (
    "moving_average",
    "lru",
    "retry",
    "paging",
    "hashtags",
    "storage",
    "intervals",
    "wallet",
    "sampler",
    "limiter",
    "ticks",
    "chunks",
    "elapsed",
    "unique",
)
KINDS = (
    "boundary",
    "shared state",
    "lost error",
    "untrusted input",
    "floating point",
    "time zone",
    "race",
    "cost",
    "a test that cannot fail",
)

Version = Literal["before", "after", "repaired"]
File = Literal["code", "tests"]


@dataclass(frozen=True)
class Fault:
    """What is planted: its kind, its lines, and an input that shows it.

    The expression `shows` gives the text `gives` after the patch and `should` once it is repaired:
    a value's `repr`, or the name of the exception.
    """

    kind: str
    lines: frozenset[tuple[File, int]]
    input: str
    shows: str
    gives: str
    should: str


@dataclass(frozen=True)
class Line:
    """A line of a diff: `mark` is "+", "-" or " "; `number` counts in the old file where it is "-"."""

    mark: str
    number: int
    text: str


@dataclass(frozen=True)
class Patch:
    """A pull request; `same`: it says that results do not change; `fault`: None where it is sound."""

    name: str
    title: str
    description: str
    same: bool
    why: str
    fault: Fault | None

    def source(self, version: Version) -> str:
        """The code of this version; a sound patch needs no repair."""
        if version == "repaired" and self.fault is None:
            version = "after"
        return _read(self.name, f"{version}.py")

    def tests(self, version: Version) -> str:
        """The contributor's tests, where need be repaired."""
        repaired = FOLDER / self.name / "repaired_tests.py"
        name = repaired.name if version == "repaired" and repaired.exists() else "tests.py"
        return _read(self.name, name)

    @cached_property
    def diff(self) -> dict[File, list[Line]]:
        """What the request changes, file by file; the tests are new."""
        return {
            "code": diff(self.source("before"), self.source("after")),
            "tests": diff("", self.tests("after")),
        }


def _read(name: str, file: str) -> str:
    return (FOLDER / name / file).read_text("utf-8")


def diff(old: str, new: str) -> list[Line]:
    """All lines of `new`, with those of `old` that went before what came in their place."""
    a, b = old.splitlines(), new.splitlines()
    lines = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            lines += [Line("-", i + 1, a[i]) for i in range(i1, i2)]
        lines += [Line(" " if tag == "equal" else "+", j + 1, b[j]) for j in range(j1, j2)]
    return lines


@cache
def load_patch(name: str) -> Patch:
    """The patch `name`; raises `ValueError` where a line that it names is not there exactly once."""
    stated = tomllib.loads(_read(name, "patch.toml"))
    fault = stated.pop("fault", None)
    if fault is not None:
        fault["lines"] = frozenset(_place(name, line) for line in fault["lines"])
    return Patch(name=name, fault=fault and Fault(**fault), **stated)


def _place(name: str, line: str) -> tuple[File, int]:
    files: tuple[tuple[File, str], ...] = (("code", "after.py"), ("tests", "tests.py"))
    found = [
        (file, number)
        for file, source in files
        for number, text in enumerate(_read(name, source).splitlines(), 1)
        if text.strip() == line
    ]
    if not found:
        raise ValueError(f"{name}: no line {line!r}")
    return found[0]


def patches() -> list[Patch]:
    """All patches, in the order of the page."""
    return [load_patch(name) for name in NAMES]


def module(source: str, name: str) -> ModuleType:
    """Python `source` as a module of its own."""
    made = ModuleType(name)
    exec(compile(source, f"<{name}>", "exec"), vars(made))
    return made


@contextmanager
def importable(code: ModuleType) -> Iterator[None]:
    """Let `import` find `code`, and nothing of it afterwards."""
    sys.modules[code.__name__] = code
    try:
        yield
    finally:
        del sys.modules[code.__name__]


def loaded(patch: Patch, version: Version) -> tuple[ModuleType, ModuleType]:
    """The code and the tests of one version, as modules."""
    code = module(patch.source(version), patch.name)
    return code, suite(patch.tests(version), code)


def suite(source: str, code: ModuleType) -> ModuleType:
    """The tests in `source`, which import `code`."""
    with importable(code):
        return module(source, f"test_{code.__name__}")


def run_tests(tests: ModuleType) -> bool:
    """Whether all test functions of the module pass."""
    try:
        for name, test in vars(tests).items():
            if name.startswith("test_"):
                test()
    except Exception:
        return False
    return True


def properties(patch: Patch) -> ModuleType:
    """`CALLS`, `run` and `good`: the inputs that the request allows, and what has to hold for them."""
    return module(_read(patch.name, "properties.py"), f"properties_of_{patch.name}")


def observe(patch: Patch, version: Version) -> str:
    """What the input that shows the fault gives in this version, as text."""
    assert patch.fault is not None
    expression = patch.fault.shows
    code, tests = loaded(patch, version)
    names: dict[str, Any] = vars(properties(patch)) | vars(code) | {"tests": tests}
    return outcome(lambda: eval(expression, names))


def outcome(call: Callable[[], object]) -> str:
    """The `repr` of what `call()` returns, or the name of the exception that it raises."""
    try:
        return repr(call())
    except Exception as error:
        return type(error).__name__
