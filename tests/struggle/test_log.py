"""The log loses nothing: not by a crash, not by a second process, not by a damaged line."""

import json
import os
import random
import re
import signal
import subprocess
import sys

import pytest

from struggle.log import Log, read_lines

ID = "scaling/fit-exponent"
# Writes one event after another and says so after each; the code makes a line of several pages.
WRITER = """
import sys
from pathlib import Path
from struggle.log import Log
log = Log(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    event = {"passed": False, "message": "value", "done": number, "total": 9, "code": "x" * 9000}
    log.append(sys.argv[2], "check", **event)
    print(number, flush=True)
"""


def writer(folder, name, count):
    command = [sys.executable, "-c", WRITER, str(folder), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def numbers(history, name):
    return [event["done"] for event in history.events if event["ex"] == name]


@pytest.mark.slow
def test_a_kill_amid_a_thousand_writes_loses_nothing(tmp_path):
    rng, written, told = random.Random(0), 0, 0
    while written < 1000:
        process = writer(tmp_path, "a", 1000)
        for _ in range(rng.randrange(20, 200)):
            process.stdout.readline()
            told += 1
        process.send_signal(signal.SIGKILL)
        told += len(process.stdout.read().splitlines())  # what it had said before it died
        process.wait()
        Log(tmp_path).append("b", "start")  # the next write sets a cut line aside
        history = Log(tmp_path).read()
        assert not history.damaged
        written = len(numbers(history, "a"))
        assert written >= told


@pytest.mark.slow
def test_two_processes_at_once_lose_nothing(tmp_path):
    writers = [writer(tmp_path, name, 500) for name in ("a", "b")]
    for process in writers:
        process.communicate()
        assert process.returncode == 0
    history = Log(tmp_path).read()
    assert not history.damaged
    for name in ("a", "b"):
        assert sorted(numbers(history, name)) == list(range(500))
    assert len({event["id"] for event in history.events}) == 1000


def test_a_line_cut_short_is_set_aside_and_kept(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "start")
    whole = log.path.read_bytes()
    for cut in [*range(1, len(whole) - 1, 7), len(whole) - 2]:
        log.path.write_bytes(whole + whole[:cut])
        log.append(ID, "hint", number=1)
        assert [event["event"] for event in log.read().events] == ["start", "hint"]
        assert (tmp_path / "set-aside.jsonl").read_bytes().endswith(whole[:cut] + b"\n")


def test_an_event_that_lost_only_its_line_end_is_whole(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "start")
    log.path.write_bytes(log.path.read_bytes()[:-1])
    log.append(ID, "hint", number=1)
    assert [event["event"] for event in log.read().events] == ["start", "hint"]
    assert not (tmp_path / "set-aside.jsonl").exists()


def test_a_clock_set_back_does_not_change_the_order(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "start")
    future = re.sub(r'"t": "[^"]+', '"t": "2080-01-01T00:00:00.000Z', log.path.read_text())
    log.path.write_text(future)
    log.append(ID, "hint", number=1)
    assert [event["event"] for event in log.read().events] == ["start", "hint"]


def test_half_of_a_character_is_kept(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "predict", guess="\ud83d", confidence=None)
    assert Log(tmp_path / "other").merge(log.export().encode()).added == 1


def test_two_imports_at_once_add_each_event_once(tmp_path):
    other = Log(tmp_path / "other")
    for number in (1, 2, 3) * 60:
        other.append(ID, "hint", number=number)
    exported = tmp_path / "exported.jsonl"
    exported.write_text(other.export())
    code = "import sys; from pathlib import Path; from struggle.log import Log\n"
    code += "Log(Path(sys.argv[1])).merge(Path(sys.argv[2]).read_bytes())"
    command = [sys.executable, "-c", code, str(tmp_path), str(exported)]
    for process in [subprocess.Popen(command) for _ in range(3)]:
        assert process.wait() == 0
    assert len((tmp_path / "log.jsonl").read_bytes().splitlines()) == 180


def test_a_full_disk_is_told_and_the_next_write_mends_it(tmp_path, monkeypatch):
    log = Log(tmp_path)
    log.append(ID, "start")
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[: len(data) // 2]))
    with pytest.raises(OSError, match="is the disk full"):
        log.append(ID, "hint", number=1)
    monkeypatch.undo()
    log.append(ID, "hint", number=2)
    assert [event.get("number") for event in log.read().events] == [None, 2]


def test_a_damaged_line_is_told_and_the_rest_kept(tmp_path):
    log = Log(tmp_path)
    log.append(ID, "start")
    with log.path.open("ab") as file:
        file.write(
            b'{"v": 1, "t": "2026\n[1]\n\xff\xfe\n{"v": 9}\n{"v": 1, "t": 1}\n' + b"[" * 9**6
        )
        file.write(b"\n")
    log.append(ID, "hint", number=1)
    with pytest.warns(UserWarning, match=r"6 damaged of 8 lines .*line 2: not JSON"):
        history = log.read()
    assert [event["event"] for event in history.events] == ["start", "hint"]
    assert dict(history.damaged)[5].startswith("written by a newer version")
    assert "id" in dict(history.damaged)[6]


def test_a_time_that_never_was_is_told():
    event = {"v": 1, "id": "0" * 16, "t": "2026-13-01T00:00:00.000Z", "ex": ID, "event": "start"}
    assert read_lines(json.dumps(event).encode()).damaged == [(1, "month must be in 1..12")]


def test_an_event_outside_the_schema_is_not_written(tmp_path):
    log = Log(tmp_path)
    for event, details in [
        ("predict", {"guess": "x", "confidence": 101}),
        ("check", {"passed": True}),
        ("hint", {"number": 4}),
        ("cheat", {}),
        ("reflect", {"text": "", "rating": "superb"}),
    ]:
        with pytest.raises(ValueError, match="data"):
            log.append(ID, event, **details)
    assert log.read().events == []


def test_events_are_one_line_each_whatever_they_hold(tmp_path):
    log = Log(tmp_path)
    guess = "line\nbreak \u2028 \x00 é 量"
    log.append(ID, "predict", guess=guess, confidence=None)
    (line,) = log.path.read_bytes().splitlines()
    event = json.loads(line)
    assert event["v"] == 1 and event["t"].endswith("Z") and event["guess"] == guess
    assert log.read().events == [event]


def test_an_export_leaves_attempts_out_unless_asked(tmp_path):
    log = Log(tmp_path / "here")
    log.append(ID, "check", passed=True, message="passed", done=1, total=1, code="secret")
    assert "secret" not in log.export()
    assert "secret" in log.export(attempts=True)
    assert read_lines(log.export().encode()).events[0]["code"] is None


def test_an_import_adds_what_is_new_once(tmp_path):
    here, there = Log(tmp_path / "here"), Log(tmp_path / "there")
    here.append(ID, "start")
    there.append(ID, "hint", number=1)
    exported = there.export().encode() + b"broken\n"
    done = here.merge(exported)
    assert (done.added, done.known, done.damaged) == (1, 0, [(2, "not JSON")])
    again = here.merge(exported)
    assert (again.added, again.known) == (0, 1)
    # Two machines may write within one millisecond, so their order is not asserted.
    assert sorted(event["event"] for event in here.read().events) == ["hint", "start"]
