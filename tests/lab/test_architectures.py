"""The list of models: every cell has a source, and every source that is a key is in the book."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from lab.architectures import LIST, Architecture, Figure, checked, models
from lab.smollm2 import _config

ROOT = Path(__file__).resolve().parents[2]


def with_list(folder: Path, text: str) -> Path:
    path = folder / "list.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_source_is_named_well_enough_to_be_found() -> None:
    keys = set(re.findall(r"^@\w+\{(\w+),", (ROOT / "book/references.bib").read_text(), re.M))
    published = re.compile(
        r"\w[\w-]*/[\w-]+ (\([^)]*\) )?([0-9a-f]{12}|5\.23\.0) \S|lab/assets\.toml"
    )
    for model in models().values():
        cells = (model.total, model.active, model.tokens, model.cache)
        for source in [model.source, *(cell.source for cell in cells if cell.printed)]:
            cited = set(re.findall(r"bib:(\w+)", source))
            assert cited <= keys, (model.name, cited - keys)
            assert cited or published.search(source), (model.name, source)
        assert model.architecture.n_experts == 0 or model.active.printed, model.name
    assert re.fullmatch(r"[A-Z][a-z]+ 20\d\d", checked())


@pytest.mark.parametrize("cell", ["total", "active", "tokens", "cache", "source"])
def test_a_cell_without_a_source_is_refused(cell: str, tmp_path: Path) -> None:
    text = LIST.read_text(encoding="utf-8")
    emptied = re.sub(rf"^{cell} = .*$", f'{cell} = {{ printed = "1B" }}', text, count=1, flags=re.M)
    if cell == "source":
        emptied = re.sub(r"^source = .*$", 'source = ""', text, count=1, flags=re.M)
    with pytest.raises(ValueError, match="needs a source"):
        models(with_list(tmp_path, emptied))


def test_a_misspelt_field_is_refused(tmp_path: Path) -> None:
    text = LIST.read_text(encoding="utf-8").replace("n_heads", "heads", 1)
    with pytest.raises(TypeError, match="heads"):
        models(with_list(tmp_path, text))


@pytest.mark.parametrize(
    "change",
    [
        {"n_kv_heads": 5},
        {"n_experts": 8},
        {"n_experts": 8, "experts_per_token": 9, "d_expert": 4},
        {"n_experts": 8, "experts_per_token": 2, "d_expert": 4},
        {"d_ff": 0},
        {"kv_rank": 512},
    ],
)
def test_fields_that_contradict_one_another_are_refused(change: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        replace(models()["llama-8b"].architecture, **change)


def test_the_course_s_own_model_is_the_one_in_the_list() -> None:
    config, listed = _config(), models()["smollm2-135m"].architecture
    names = ("vocab_size", "d_model", "n_layers", "n_heads", "n_kv_heads", "head_dim", "d_ff")
    assert [getattr(config, name) for name in names] == [getattr(listed, name) for name in names]


@pytest.mark.parametrize(
    ("printed", "count", "fits"),
    [
        ("5.13B", 5.133e9, True),
        ("5.13B", 5.136e9, True),  # cut, not rounded
        ("5.13B", 5.141e9, False),
        ("5.13B", 5.124e9, False),
        ("17B", 17.19e9, True),
        ("17B", 16.4e9, False),
        ("1.04T", 1.026e12, False),
        ("70.272K", 70_272, True),
        ("", 1.0, False),
    ],
)
def test_a_figure_fits_what_rounds_or_is_cut_to_it(printed: str, count: float, fits: bool) -> None:
    assert Figure(printed, "source").fits(count) is fits


def test_layers_are_told_apart() -> None:
    listed = {name: model.architecture for name, model in models().items()}
    full = {name: arch.n_full_layers for name, arch in listed.items() if arch.window}
    assert full["gemma-3-27b"] == 10  # five of six slide, starting with a sliding one, 62 in all
    assert (full["gpt-oss-20b"], full["mistral-7b"], full["llama-4-scout"]) == (12, 0, 12)
    mixtures = {name: arch.n_moe_layers for name, arch in listed.items() if arch.n_experts}
    assert (mixtures["deepseek-v3"], mixtures["kimi-k2"], mixtures["glm-4-5"]) == (58, 60, 89)
    assert (mixtures["llama-4-maverick"], mixtures["llama-4-scout"]) == (24, 48)
    assert {arch.attention for arch in listed.values()} == {
        "full heads",
        "grouped",
        "latent",
        "grouped, window",
        "full heads, window",
    }
    assert isinstance(listed["gpt2"], Architecture)
