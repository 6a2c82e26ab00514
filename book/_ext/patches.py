"""The patches of the review lab as text: diffs, each with its answer folded behind it."""

from typing import Any

from docutils import nodes

from book._ext.folds import fold


def patches_as_text(exhibit: dict[str, Any]) -> fold:
    """What `lab.reviewing.exhibit` gives, for a reader without JavaScript, on paper, or in a search."""
    whole = fold(summary="All the patches as text, with folded answers", classes=["patches"])
    for number, patch in enumerate(exhibit["patches"], 1):
        whole += nodes.paragraph("", "", nodes.strong("", f"{number}. {patch['title']}"))
        whole += nodes.paragraph("", " ".join(patch["description"]))
        whole += [_diff(file) for file in patch["files"]]
        answer = fold(summary="Sound or faulty?", classes=["patch-answer"])
        answer += _answer(patch)
        whole += answer
    return whole


def _diff(file: dict[str, Any]) -> nodes.literal_block:
    head = [f"--- {file['name']}"]
    lines = [f"{mark} {text}".rstrip() for mark, _, text in file["lines"]]
    return _block("\n".join([*head, *lines]), "diff")


def _block(text: str, language: str) -> nodes.literal_block:
    return nodes.literal_block(text, text, language=language)


def _answer(patch: dict[str, Any]) -> list[nodes.Node]:
    if patch["kind"] is None:
        return [_said("Sound. ", patch["why"])]
    shown = f"{patch['shows']}\n# gives {patch['gives']}, and should give {patch['should']}"
    return [
        _said(f"Faulty ({patch['kind']}). ", patch["why"]),
        nodes.paragraph("", f"What shows it: {patch['input']}."),
        _block(shown, "python"),
        nodes.paragraph("", "A repair:"),
        _block("\n".join(f"{mark} {text}" for mark, text in patch["repair"]), "diff"),
    ]


def _said(verdict: str, why: str) -> nodes.paragraph:
    return nodes.paragraph("", "", nodes.strong("", verdict), nodes.Text(why))
