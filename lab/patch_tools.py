"""Two tools review the patches: a linter, and properties on generated inputs.

The *generic* properties know only which inputs a request allows and whether it says that results
stay the same.  A patch's *own* property was written by somebody who knew the fault, so that it finds
it proves nothing; that it passes on the repaired code does.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from lab.mutation import Endless, limited
from lab.review import File, Patch, Version, loaded, module, outcome, properties

# Most of Ruff's families that look for faults.  Left out are most of those of style (docstrings,
# annotations, names, quotes, imports), and three rules of taste, or that no test file keeps.
FAMILIES = "A ARG ASYNC B BLE DTZ F PERF PL PT PTH RET RUF S SIM TRY".split()
TASTE = "PLR2004 S101 TRY003".split()
EXAMPLES = 100


@dataclass(frozen=True)
class Warned:
    """What the linter says of a line that a patch added or changed."""

    rule: str
    place: tuple[File, int]
    message: str


def lint(patches: list[Patch]) -> dict[str, list[Warned]]:
    """Ruff's findings on the changed lines of each patch, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        for patch in patches:
            Path(folder, f"{patch.name}.py").write_text(patch.source("after"), "utf-8")
            Path(folder, f"test_{patch.name}.py").write_text(patch.tests("after"), "utf-8")
        found = _ruff(folder)
    warned: dict[str, list[Warned]] = {patch.name: [] for patch in patches}
    for each in found:
        name = Path(each["filename"]).stem
        file: File = "tests" if name.startswith("test_") else "code"
        place = file, int(each["location"]["row"])
        warned[name.removeprefix("test_")].append(Warned(each["code"], place, each["message"]))
    return {
        patch.name: [each for each in warned[patch.name] if each.place in changed(patch)]
        for patch in patches
    }


def _ruff(folder: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--exit-zero"]
    rules = ["--select", ",".join(FAMILIES), "--ignore", ",".join(TASTE)]
    form = ["--target-version", "py311", "--output-format", "json", folder]
    done = subprocess.run([*command, *rules, *form], capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def changed(patch: Patch) -> set[tuple[File, int]]:
    """The lines that the patch adds or changes."""
    return {
        (file, line.number)
        for file, lines in patch.diff.items()
        for line in lines
        if line.mark == "+"
    }


def hits(patch: Patch, warned: list[Warned]) -> list[Warned]:
    """The findings that stand on a planted line."""
    return [each for each in warned if patch.fault and each.place in patch.fault.lines]


@dataclass(frozen=True)
class Search:
    """How many examples a property is tried on, and the seed that they are drawn with."""

    examples: int = EXAMPLES
    seed: int = 0


@dataclass(frozen=True)
class Broken:
    """A property that does not hold, and the smallest input that Hypothesis found for it."""

    name: str
    example: tuple[Any, ...]


def generic(patch: Patch, version: Version = "after", search: Search = Search()) -> list[Broken]:
    """The properties of any code that do not hold for this version of the patch."""
    parts = properties(patch)
    source = patch.source(version)

    def told(source: str, call: Any, code: Any = None) -> str:
        made = code or module(source, patch.name)
        return outcome(lambda: parts.run(made, *deepcopy(call)))

    def raises_what_it_names(call: Any) -> None:
        try:
            parts.run(module(source, patch.name), *deepcopy(call))
        except Exception as error:
            assert type(error).__name__ in source

    def leaves_its_input_alone(call: Any) -> None:
        given = deepcopy(call)
        outcome(lambda: parts.run(module(source, patch.name), *given))
        assert repr(given) == repr(call)

    def answers_alike_whatever_came_between(calls: Any) -> None:
        code = module(source, patch.name)
        first, _, again = (told(source, calls[i], code) for i in (0, 1, 0))
        assert first == again

    def agrees_with_the_code_before(call: Any) -> None:
        assert told(source, call) == told(patch.source("before"), call)

    checks: list[tuple[Callable[[Any], None], Any]] = [
        (raises_what_it_names, parts.CALLS),
        (leaves_its_input_alone, parts.CALLS),
        (answers_alike_whatever_came_between, st.tuples(parts.CALLS, parts.CALLS)),
    ]
    if patch.same:
        checks.append((agrees_with_the_code_before, parts.CALLS))
    found = (_counterexample(check, inputs, search) for check, inputs in checks)
    return [each for each in found if each]


def tells_apart(patch: Patch, source: str, search: Search = Search()) -> bool:
    """Whether on some allowed input `source`, a mutant of the patch's code, answers otherwise."""
    parts = properties(patch)

    def answer(source: str, call: Any) -> str:
        code = module(source, patch.name)
        try:
            with limited(f"<{patch.name}>"):
                return outcome(lambda: parts.run(code, *deepcopy(call)))
        except Endless:
            return "no answer"

    def answers_alike(call: Any) -> None:
        assert answer(source, call) == answer(patch.source("after"), call)

    return _counterexample(answers_alike, parts.CALLS, search) is not None


def own(patch: Patch, version: Version = "after", search: Search = Search()) -> Broken | None:
    """The patch's own property, if it does not hold for this version."""
    parts = properties(patch)

    def holds(call: Any) -> None:
        parts.good(*loaded(patch, version), *deepcopy(call))

    return _counterexample(holds, parts.CALLS, search)


def _counterexample(check: Callable[[Any], None], inputs: Any, search: Search) -> Broken | None:
    """Run `check` on examples, the same for the same seed; the smallest that fails, or None."""
    tried: list[Any] = []

    @seed(search.seed)
    @settings(
        max_examples=search.examples,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def run(call: Any) -> None:
        tried.append(call)
        check(call)

    try:
        run()
    except Exception:
        return Broken(check.__name__.replace("_", " "), tried[-1])
    return None
