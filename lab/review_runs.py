"""What the tools find in the patches, and how it depends on seed and number of examples."""

from dataclasses import dataclass

from lab.mutation import judge
from lab.patch_tools import Search, Warned, generic, hits, lint
from lab.results import Experiment
from lab.review import Patch, patches

TOOLS = ("ruff", "properties", "mutation")


@dataclass(frozen=True)
class Reported:
    """Whether a tool reports something on a patch, whether it is what was planted, and what it says."""

    patch: str
    tool: str
    reports: int
    hit: int
    says: str


def reviewed() -> list[Reported]:
    """The three tools on every patch."""
    warned = lint(patches())
    return [
        row
        for patch in patches()
        for row in (_ruff(patch, warned), _properties(patch), _mutation(patch))
    ]


def _ruff(patch: Patch, warned: dict[str, list[Warned]]) -> Reported:
    """A hit is a finding on a planted line."""
    found = warned[patch.name]
    right = hits(patch, found)
    says = ", ".join(sorted({each.rule for each in right or found}))
    return Reported(patch.name, "ruff", int(bool(found)), int(bool(right)), says)


def _properties(patch: Patch) -> Reported:
    """Generic properties: all of them hold for the repaired code, so what breaks one is the fault."""
    broken = generic(patch)
    right = bool(broken and patch.fault)
    return Reported(
        patch.name, "properties", int(bool(broken)), int(right), broken[0].name if broken else ""
    )


def _mutation(patch: Patch) -> Reported:
    """Reports a test that kills no mutant; a hit where that test is what was planted."""
    judged = judge(patch)
    idle = [name for name, row in zip(judged.tests, judged.kills, strict=True) if not row.any()]
    right = patch.fault is not None and any(file == "tests" for file, _ in patch.fault.lines)
    return Reported(
        patch.name, "mutation", int(bool(idle)), int(bool(idle) and right), ", ".join(idle)
    )


@dataclass(frozen=True)
class Tried:
    """Whether generic properties find something in a patch with so many examples each."""

    patch: str
    examples: int
    seed: int
    found: int


def tried(seed: int) -> list[Tried]:
    """All patches with one seed."""
    return [
        Tried(patch.name, examples, seed, int(bool(generic(patch, search=Search(examples, seed)))))
        for patch in patches()
        for examples in (3, 10, 30, 100)
    ]


EXPERIMENTS = [
    Experiment(
        "review-tools",
        reviewed,
        [{}],
        "What a linter, generic properties and mutation testing report on each patch of the review lab.",
    ),
    Experiment(
        "review-examples",
        tried,
        [{"seed": seed} for seed in range(6)],
        "Whether generic properties find something in a patch, by number of examples and seed.",
    ),
]
