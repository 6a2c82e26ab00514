"""The commands as a learner types them, on real files, in processes of their own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from struggle.log import Log

pytestmark = pytest.mark.slow

STRUGGLE = Path(sys.executable).with_name("struggle")
ID = "scaling/fit-exponent"
RIGHT = """import numpy as np


def fit_exponent(N, L):
    return -np.polyfit(np.log(N), np.log(L), 1)[0]
"""
SIGN = RIGHT.replace("-np", "np")


class Learner:
    """Somebody in a terminal, with a data folder and a folder for answers."""

    def __init__(self, folder: Path) -> None:
        self.home, self.work = folder / "home", folder / "work"
        self.file = self.work / f"{ID}.py"
        places = {"STRUGGLE_HOME": str(self.home), "STRUGGLE_WORK": str(self.work)}
        self.environment = os.environ | places | {"COLUMNS": "100"}

    def types(self, *words: str, answers: str = "", status: int = 0) -> str:
        """What `struggle words` prints."""
        done = subprocess.run(
            [STRUGGLE, *words],
            env=self.environment,
            input=answers,
            capture_output=True,
            text=True,
            timeout=120,
            cwd=self.work.parent,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return " ".join((done.stdout + done.stderr).split())

    def writes(self, text: str) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(text, encoding="utf-8")

    def events(self) -> list[str]:
        return [event["event"] for event in Log(self.home).read().events]


@pytest.fixture
def learner(tmp_path):
    return Learner(tmp_path)


def test_the_whole_way(learner):
    said = learner.types("start", "fit-exponent", answers="about a fifth\n")
    assert "L = A · N^-α" in said and "def fit_exponent(N, L)" in said and str(learner.file) in said
    assert "not started" in learner.types("check", status=1)
    learner.writes(SIGN)
    assert "turn the sign" in learner.types("check", status=1)
    assert "paper" in learner.types("hint")
    assert "opens after an attempt" in learner.types("hint")
    learner.writes(RIGHT)
    said = learner.types("check")
    assert "Passed (3 of 3 cases)." in said and "You predicted: about a fifth" in said
    assert "struggle review" in learner.types("next")
    assert "The reference" in learner.types("reveal", answers="mine is the same\n")
    said = learner.types(
        "review", answers="is never negative\nfit_exponent([1, 2], [1, 2]) > 0\n\n"
    )
    assert "Two questions" in said and "does not hold" in said
    assert "comes back on" in learner.types("reflect", answers="the sign\ngood\n")
    assert ID in learner.types("due")
    assert "passed" in learner.types("list")
    assert "1 of" in learner.types("progress")
    assert learner.events() == [
        *("start", "predict", "check", "check", "hint", "check"),
        *("reveal", "review", "claim", "reflect"),
    ]


def test_a_new_learner_is_told_where_to_begin(learner):
    assert "method/mean-surprise" in learner.types("next")
    assert "begin one with struggle start" in learner.types("check", status=2)
    assert "Nothing yet" in learner.types("due")


def test_an_unknown_exercise_names_the_nearest(learner):
    assert "scaling/fit-exponent" in learner.types("start", "fit-exponnet", status=2)


def test_a_notebook_is_checked_without_running_it(learner):
    cells = [
        "import time; time.sleep(10**6)",
        "%matplotlib inline\n!rm nothing",
        RIGHT,
        "e.check()",
    ]
    notebook = learner.work / "mine.ipynb"
    learner.work.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), notebook)
    assert "Passed" in learner.types("check", ID, str(notebook))
    learner.types("start", ID)
    assert "Passed" in learner.types("check", str(notebook))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.py", None, "There is no file"),
        ("broken.ipynb", b"{", "is not a notebook"),
        ("list.ipynb", b"[1, 2]", "is not a notebook"),
        ("latin.py", b"x = '\xe9'", "is not a text file in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(learner, name, content, said):
    learner.work.mkdir()
    if content is not None:
        (learner.work / name).write_bytes(content)
    assert said in learner.types("check", ID, str(learner.work / name), status=2)
    assert learner.events() == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os; os._exit(0)", "ended the whole process"),
        ("import os; os.system('echo {}'); os.write(1, b'{}'); return 0", "Not yet"),
        (
            "import threading, time; threading.Thread(target=time.sleep, args=[90]).start()",
            "Not yet",
        ),
        ("import os; os.kill(os.getpid(), 9)", "ended the whole process (SIGKILL)"),
        ("print('looking', N); return 0", "Not yet"),
    ],
)
def test_an_answer_that_misbehaves_gets_a_message(learner, body, said):
    learner.writes(f"def fit_exponent(N, L): {body}")
    assert said in learner.types("check", ID, status=1)


def test_other_files_of_the_learner_do_not_stand_in_for_libraries(learner):
    learner.writes(RIGHT.replace("np.polyfit", "helper.polyfit") + "\nimport helper\n")
    for name in ("numpy", "struggle", "json", "random"):
        learner.file.with_name(f"{name}.py").write_text("raise SystemExit", encoding="utf-8")
    learner.file.with_name("helper.py").write_text("from numpy import polyfit", encoding="utf-8")
    assert "Passed" in learner.types("check", ID)


def test_words_of_the_learner_are_shown_as_they_are(learner):
    words = "costs $5 and $7, a*b*c, [red], <b>x</b>, __init__"
    learner.types("predict", ID, "--guess", words + "\x1b[2J")
    learner.writes(RIGHT)
    said = learner.types("check", ID)
    assert words in said and "\x1b[2J" not in said


def test_a_second_start_keeps_the_answer_and_a_later_round_sets_it_aside(learner):
    learner.types("start", ID)
    learner.writes(RIGHT)
    learner.types("start", ID)
    assert learner.file.read_text(encoding="utf-8") == RIGHT
    learner.types("check")
    learner.types("reflect", "--text", "x", "--rating", "good")
    log = Log(learner.home).path
    log.write_text(re.sub(r'"t": "\d{4}', '"t": "2001', log.read_text()))
    assert learner.types("due").endswith("due")
    assert f"({ID})" in learner.types("next")
    learner.types("start")
    assert "NotImplementedError" in learner.file.read_text(encoding="utf-8")
    assert learner.file.with_name("fit-exponent-1.py").read_text(encoding="utf-8") == RIGHT


def test_a_notebook_to_start_with(learner):
    learner.types("start", ID, "--notebook")
    notebook = nbformat.read(learner.file.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(notebook)
    assert "not started" in learner.types("check", status=1)


def test_the_log_moves_by_export_and_import(learner, tmp_path):
    learner.writes(SIGN)
    learner.types("check", ID, status=1)
    assert "1 events are in" in learner.types("export", "log.jsonl")
    other = Learner(tmp_path / "other")
    other.work.parent.mkdir()
    assert "Added 1 events" in other.types("import", str(tmp_path / "log.jsonl"))
    assert "1 were there already" in other.types("import", str(tmp_path / "log.jsonl"))
    assert other.events() == learner.events()
    assert "No such file" in other.types("import", "nowhere.jsonl", status=2)


def test_what_was_done_on_the_page_can_be_reviewed_in_the_shell(learner, tmp_path):
    learner.writes(RIGHT)
    learner.types("check", ID)
    learner.types("export", "log.jsonl", "--attempts")
    other = Learner(tmp_path / "other")
    other.work.parent.mkdir()
    other.types("import", str(tmp_path / "log.jsonl"))
    said = other.types("review", answers="it is positive\nfit_exponent([1, 9], [9, 1]) > 0\n\n")
    assert "def fit_exponent" in said and "It holds." in said


def test_an_unconfigured_endpoint_is_told_and_the_prompt_kept(learner):
    learner.writes(RIGHT)
    learner.types("check", ID)
    assert "review.toml" in learner.types("review", ID, "--send", status=2)
    learner.types("review", ID, "--save", "prompt.md")
    assert "def fit_exponent" in (learner.work.parent / "prompt.md").read_text(encoding="utf-8")


def test_watch_checks_on_save_and_an_endless_loop_does_not_hold_it_up(learner):
    learner.writes(SIGN)
    learner.types("start", ID)
    printed = learner.home / "printed"
    with printed.open("w") as output:
        watch = subprocess.Popen(
            [STRUGGLE, "watch"],
            env=learner.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that Ctrl-C reaches all of it, as in a terminal
        )
        try:
            _until(printed, "turn the sign")
            learner.writes(
                "def fit_exponent(N, L):\n    print('spinning', flush=True)\n    while True: pass\n"
            )
            time.sleep(2)  # for the check to begin; its output goes elsewhere
            learner.writes(RIGHT)
            _until(printed, "Passed")
        finally:
            os.killpg(watch.pid, signal.SIGINT)
            assert watch.wait(timeout=20) in (0, 130)
    said = printed.read_text(encoding="utf-8")
    assert "Traceback" not in said and "process" not in said


def test_an_endless_loop_ends_with_one_line(learner):
    learner.writes(
        "def fit_exponent(N, L):\n    print('spinning', flush=True)\n    while True: pass\n"
    )
    with subprocess.Popen(
        [STRUGGLE, "check", ID],
        env=learner.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as check:
        assert check.stdout.readline() == "spinning\n"
        os.killpg(check.pid, signal.SIGINT)
        assert check.stdout.read().strip() == "Stopped. Your file is as it was."
    assert check.returncode == 130


def _until(file: Path, text: str) -> None:
    for _ in range(200):
        if text in " ".join(file.read_text(encoding="utf-8").split()):
            return
        time.sleep(0.1)
    pytest.fail(f"{text!r} was not printed: {file.read_text(encoding='utf-8')}")
