"""Check what a page may not do: bare numbers in prose, long code cells, figures without words.

A percentage, a decimal or a number above twelve in prose has to be computed ({glue}), come from the
ledger ({claim}, {minute}) or be cited ({cite}) in the same sentence, which is the same line of the
source.  Years, names of models, code, formulas, links and minutes of work are free.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from book.pages import Page, code_cells

LONGEST_CELL = 20

_SOURCED = re.compile(r"\{(glue(:\w+)?|claim|minute|cite(:\w+)?|eval)\}`")
_FENCE = re.compile(r"^\s*(`{3,}|:{3,}|~{3,})\s*(\{[\w:-]+\})?")
# Directives whose content is prose; all other fences hold code, formulas or data.
_PROSE = re.compile(r"\{(admonition|note|tip|hint|important|warning|seealso|dropdown|margin|div)\}")
_FREE = [
    re.compile(pattern)
    for pattern in (
        r"`[^`]*`",  # code and roles
        r"\$\$?[^$]+\$\$?",  # formulas
        r"<[^>]+>",  # addresses and HTML
        r"\]\([^)]*\)",  # the target of a link
        r"https?://\S+",
        r"\b(1[89]|20|21)\d\ds?\b(–\d\d\b)?",  # years
        r"\b\d{1,2}:\d\d(:\d\d)?\b",  # times
        r"\b\d+ ?(–|to|-) ?\d+ (minutes?|hours?|seconds?)\b",
        r"\b(\d+|a|an|half an) (minutes?|hours?|seconds?|words|pages?|lines?)\b",
        r"#\d+",  # an issue or an episode
        r"\b(part|chapter|section|step|figure|table|equation|version|Python|CC BY) \d[\d.]*",
        r"\b\d{1,2} (January|February|March|April|May|June|July|August|September|October"
        r"|November|December)\b",
        r"\b(?=\w*[A-Za-z])[\w.+/]*\w-?\d[\w.-]*",  # names: GPT-4, Qwen3-0.6B, H100, R1, 4-bit
        r"(?<=[^.!?] )[A-Z][\w.]*[ -]\d+(\.\d+)?[A-Za-z]?\b",  # names: a Llama 3.1, the RTX 4090
        r"\b(Llama|Claude|Gemini|Gemma|Grok|Qwen|Kimi|Olmo|Mistral|Phi|RTX) \d+(\.\d+)?\b",
        r"\b\d+(\.\d+)?[- ]?bit\b",
    )
]
_NUMBER = re.compile(r"(?<![\w.])\d+([,\u202f]\d{3})*(\.\d+)?( ?%| per ?cent)?")


@dataclass(frozen=True)
class Problem:
    """Something a page may not do, and where."""

    page: Page
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.page.path}:{self.line}: {self.message}"


def problems(page: Page) -> Iterator[Problem]:
    """All problems of `page`, in the order of kinds."""
    for line, text in prose(page.text):
        for number in bare_numbers(text):
            message = (
                f"'{number}' stands in the prose: compute it ({{glue}}), or put the {{claim}} or "
                "{cite} that it comes from into the same sentence"
            )
            yield Problem(page, line, message)
    if page.is_notebook:
        yield from _cells(page)


def prose(text: str) -> Iterator[tuple[int, str]]:
    """The lines of prose with their numbers: no front matter, code, tables, options or comments."""
    lines = text.split("\n")
    start = lines.index("---", 1) + 1 if lines[0] == "---" and "---" in lines[1:] else 0
    fence = ""
    for number, line in enumerate(lines[start:], start + 1):
        opening = _FENCE.match(line)
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif opening:
            if not (opening[2] and _PROSE.match(opening[2])) and line.strip().strip("`:~"):
                fence = opening[1]
        elif not line.lstrip().startswith(("|", "%", ":", "(")):
            yield number, line


def bare_numbers(sentence: str) -> list[str]:
    """The numbers of `sentence` that nothing in it accounts for."""
    if _SOURCED.search(sentence):
        return []
    for pattern in _FREE:
        sentence = pattern.sub(" ", sentence)
    sentence = re.sub(r"^\s*\d+\.\s", "", sentence)  # a numbered list
    return [m[0].strip() for m in _NUMBER.finditer(sentence) if _counts(m[0])]


def _counts(number: str) -> bool:
    digits = re.sub(r"[^\d.]", "", number).strip(".")
    return not number.strip().isdigit() or float(digits) > 12


def _cells(page: Page) -> Iterator[Problem]:
    numbered = [n for n, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    for index, cell in zip(numbered, code_cells(page.notebook), strict=True):
        start = page.line(index)
        if (length := len(cell.source.split("\n"))) > LONGEST_CELL:
            message = f"a code cell of {length} lines; at most {LONGEST_CELL} can be read at once"
            yield Problem(page, start, message)
        for line in figures_without_words(cell.source):
            yield Problem(page, start + line - 1, "show(figure, alt=...): the alt text is missing")


def figures_without_words(source: str) -> list[int]:
    """The lines of `source` that show a figure without saying what it shows."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic command, or a fault that running the page will name
        return []
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    shows = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "show"]
    return [call.lineno for call in shows if not any(k.arg == "alt" for k in call.keywords)]
