"""The buttons of a live notebook, pressed in a real kernel, and what stands there without one."""

import json
import os
from pathlib import Path

import nbclient
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

VIEW = "application/vnd.jupyter.widget-view+json"
OPEN = 'from struggle import exercise\ne = exercise("scaling/fit-exponent")\ne'
PRESS = """
from struggle.panel import Panel
panel = Panel(e)
def press(step):
    panel.buttons[step].click()
    return panel.next.value
def shown():
    return [step for step, row in panel.rows.items() if row.layout.display != "none"]
print(shown())
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run cells in a kernel and return its outputs, cell by cell."""

    def cells(*sources, static=False):
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        monkeypatch.setenv("STRUGGLE_HOME", str(tmp_path))
        if static:
            monkeypatch.setenv("STRUGGLE_STATIC", "1")
        path = os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])
        monkeypatch.setenv("PYTHONPATH", path)
        nbclient.NotebookClient(notebook, kernel_name="python3", timeout=60).execute()
        return [cell.outputs for cell in notebook.cells]

    return cells


def printed(outputs):
    return "".join(output.get("text", "") for output in outputs)


@pytest.mark.slow
def test_the_buttons_lead_through_the_exercise(run):
    shown, _, *said = run(
        OPEN,
        "import numpy as np\ndef fit_exponent(N, L): return np.polyfit(np.log(N), np.log(L), 1)[0]",
        PRESS,
        'print(press("start")); e.check(); print(panel.next.value, panel.buttons["hint"].disabled)',
        'print(press("hint"))',
        "def fit_exponent(N, L): return -np.polyfit(np.log(N), np.log(L), 1)[0]",
        'print(press("check")); print(shown())',
        'press("send"); print(press("review"))',
        'print([event["event"] for event in e.log.of("scaling/fit-exponent")])',
    )
    (output,) = shown
    assert VIEW in output["data"] and "Begin with" in output["data"]["text/html"]
    assert "e.start()" in output["data"]["text/plain"]
    assert printed(said[0]) == "['start']\n"
    assert "Predict before" in printed(said[1]) and printed(said[1]).endswith("False\n")
    assert "may review it" in printed(said[4])
    assert "['check', 'reveal', 'review', 'reflect']" in printed(said[4])
    expected = ["start", "check", "hint", "check", "review"]
    assert json.loads(printed(said[6]).replace("'", '"')) == expected


@pytest.mark.slow
def test_a_build_shows_the_plain_view(run):
    ((output,),) = run(OPEN, static=True)
    assert set(output["data"]) == {"text/plain", "text/html"}


@pytest.mark.slow
def test_a_notebook_file_of_the_view_is_valid(run):
    (outputs,) = run(OPEN, static=True)
    notebook = new_notebook(cells=[new_code_cell(OPEN, outputs=outputs)])
    nbformat.validate(notebook)
