"""The loop with scripted proposers, the search and an endpoint that is a real server on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from openai import OpenAI

from lab import coding_agent
from lab.coding_agent import (
    chat,
    counterexamples,
    endpoint,
    extract,
    judge,
    prompt,
    solve,
    synthesiser,
)
from lab.coding_tasks import tasks

BY_NAME = {task.name: task for task in tasks()}
LARGER = BY_NAME["larger"]
RIGHT, WRONG = "def larger(a, b):\n    return max(a, b)\n", "def larger(a, b):\n    return a\n"


def script(*sources):
    """A proposer that writes these programs in turn, and keeps what it was shown."""

    def propose(task, attempts):
        propose.seen.append((task, attempts))
        return sources[len(attempts)]

    propose.seen = []
    return propose


def test_a_right_program_ends_the_loop():
    trace = solve(LARGER, script(RIGHT))
    assert trace.passed and len(trace.attempts) == 1 and trace.end == "All examples passed."
    assert judge(trace).passed


def test_a_failure_is_shown_to_the_next_attempt():
    proposer = script(WRONG, "def larger(", RIGHT)
    trace = solve(LARGER, proposer)
    assert [a.report.kind for a in trace.attempts] == ["other value", "syntax error", "passed"]
    assert [len(attempts) for _, attempts in proposer.seen] == [0, 1, 2]
    assert proposer.seen[2][1] == trace.attempts[:2]
    text = str(trace)
    assert "larger(3, 7) returned 3, expected 7" in text and "attempt 3" in text


def test_nothing_hidden_is_shown():
    proposer = script(WRONG, RIGHT)
    solve(LARGER, proposer, examples=2)
    for shown, _ in proposer.seen:
        assert not shown.hidden and not shown.solution and len(shown.examples) == 2


def test_the_budget_ends_the_loop():
    trace = solve(LARGER, script(*[WRONG] * 9), attempts=3)
    assert len(trace.attempts) == 3 and not trace.passed
    assert trace.end == "All 3 attempts are used up."
    assert solve(LARGER, script(), attempts=0).attempts == ()
    assert judge(solve(LARGER, script(), attempts=0)).kind == "no code"


def test_who_gives_up_or_fails_ends_the_loop():
    trace = solve(LARGER, script(WRONG, None))
    assert [a.report.kind for a in trace.attempts] == ["other value"]
    assert trace.end == "The proposer gave up." and not trace.passed
    trace = solve(LARGER, script(WRONG))
    assert len(trace.attempts) == 1 and trace.end.startswith("The proposer failed: tuple index")


def test_no_code_is_a_failure_like_another():
    trace = solve(LARGER, script("", RIGHT))
    assert [a.report.kind for a in trace.attempts] == ["no code", "passed"]
    assert "(no code)" in str(trace)


def test_passing_what_is_shown_is_not_passing():
    cheat = "def larger(a, b):\n    return {(3, 7): 7, (9, 2): 9, (5, 5): 5, (-1, -4): -1}[a, b]\n"
    trace = solve(LARGER, script(cheat))
    assert trace.passed and judge(trace).kind == "raised"


@pytest.mark.parametrize("answer", [False, None, 1, "yes"])
def test_nothing_runs_without_approval(answer, monkeypatch):
    ran = []
    monkeypatch.setattr(coding_agent, "run_code", lambda *a: ran.append(a))
    asked = []
    trace = solve(LARGER, script(RIGHT), approve=lambda source: asked.append(source) or answer)
    assert asked == [RIGHT] and not ran and not trace.attempts
    assert trace.end == "Not run: the program was not approved."


def test_an_approved_program_runs():
    assert solve(LARGER, script(RIGHT), approve=lambda source: True).passed


# The search in the loop


def test_the_search_adds_the_example_that_failed():
    trace = solve(LARGER, synthesiser(5_000), examples=8)
    assert trace.passed and judge(trace).passed and len(trace.attempts) > 1
    first, second = trace.attempts[:2]
    assert "# 1 example, " in first.source and "# 2 examples, " in second.source
    used = counterexamples(LARGER, trace.attempts[:1])
    assert used == [LARGER.examples[0], first.report.failure.example] and used[0] != used[1]


def test_every_program_of_the_search_fits_all_that_was_refuted_before():
    trace = solve(BY_NAME["clamp"], synthesiser(50_000), attempts=8, examples=8)
    for i, attempt in enumerate(trace.attempts):
        passed = {o.call for o in attempt.report.outcomes if o.kind == "passed"}
        failed = [a.report.failure.call for a in trace.attempts[:i]]
        assert passed.issuperset(failed)
    assert judge(trace).passed


def test_a_search_without_budget_gives_up():
    trace = solve(BY_NAME["collatz_steps"], synthesiser(50), examples=8)
    assert trace.end == "The proposer gave up." and not trace.passed


# Prompts and replies


def test_the_prompt_holds_task_examples_and_failure():
    shown = LARGER.shown(2)
    first = prompt(shown)
    assert LARGER.signature in first and LARGER.prompt in first
    assert "larger(9, 2) == 9" in first and "larger(5, 5)" not in first
    failed = solve(LARGER, script(WRONG), attempts=1, examples=2).attempts
    again = prompt(shown, failed)
    assert again.startswith(first) and WRONG.strip() in again
    assert "larger(3, 7) returned 3, expected 7" in again
    assert "returned" not in prompt(shown, failed, report=False)


FENCE = "```"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (f"Sure!\n\n{FENCE}python\ndef f():\n    pass\n{FENCE}\nDone.", "def f():\n    pass\n"),
        (f"{FENCE}\ndef f():\n    pass", "def f():\n    pass\n"),
        (f"1. So:\n   {FENCE}py\n   def f():\n       pass\n   {FENCE}", "def f():\n    pass\n"),
        (f"{FENCE}py\nimport re\n\ndef f(): pass\n{FENCE}", "import re\n\ndef f(): pass\n"),
        (f"{FENCE}py\ndef f(): pass\n{FENCE}\n{FENCE}py\nprint(f())\n{FENCE}", "def f(): pass\n"),
        ("~~~python\ndef f(): pass\n~~~", "def f(): pass\n"),
        (
            f"{FENCE}py\ndef f():\n    '''a {FENCE} b'''\n{FENCE}",
            f"def f():\n    '''a {FENCE} b'''\n",
        ),
        ("def f():\n    pass", "def f():\n    pass\n"),
        ("Here:\n\nimport re\ndef f(): pass", "import re\ndef f(): pass\n"),
        (f"{FENCE}py\nprint(3)\n{FENCE}", ""),
        ("I cannot do that.", ""),
        ("", ""),
    ],
)
def test_the_code_comes_out_of_the_reply(reply, code):
    assert extract(reply) == code


def test_a_chat_model_repairs():
    replies = iter([f"{FENCE}python\n{WRONG}{FENCE}", f"Oh.\n{FENCE}python\n{RIGHT}{FENCE}"])
    asked = []
    trace = solve(LARGER, chat(lambda text: asked.append(text) or next(replies)))
    assert trace.passed and len(trace.attempts) == 2
    assert "This program is not right" not in asked[0] and "This program is not right" in asked[1]


# An endpoint


class Endpoint(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((json.loads(body), self.headers["Authorization"]))
        status, message = self.server.answers.pop(0)
        answer = json.dumps(
            {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(answer.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as http:
        http.heard, http.answers = [], []
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield http
        http.shutdown()


def says(text):
    return 200, {"role": "assistant", "content": text}


def asking(server, **how):
    client = OpenAI(
        base_url=f"http://127.0.0.1:{server.server_port}/v1", api_key="sk-secret", max_retries=0
    )
    return solve(LARGER, chat(endpoint(client, "small")), **how)


def test_an_endpoint_proposes_and_repairs(server):
    server.answers = [
        says(f"{FENCE}python\n{WRONG}{FENCE}"),
        says(f"{FENCE}python\n{RIGHT}{FENCE}"),
    ]
    trace = asking(server)
    assert trace.passed and judge(trace).passed
    (first, _), (second, _) = server.heard
    assert first["model"] == "small" and "tools" not in first
    assert [m["role"] for m in second["messages"]] == ["user"]
    assert "larger(3, 7) returned 3, expected 7" in second["messages"][0]["content"]


def test_an_endpoint_that_refuses_ends_the_loop_without_the_key(server):
    server.answers = [(401, {"error": "bad key sk-secret"})]
    trace = asking(server)
    assert trace.end == "The proposer failed: the endpoint refused the key" and not trace.attempts


def test_an_endpoint_that_calls_a_tool_ends_the_loop(server):
    called = {"id": "1", "type": "function", "function": {"name": "x", "arguments": "{}"}}
    server.answers = [(200, {"role": "assistant", "content": None, "tool_calls": [called]})]
    assert "called a tool" in asking(server).end


def test_code_of_an_endpoint_is_shown_before_it_runs(server):
    server.answers = [says(f"{FENCE}python\n{RIGHT}{FENCE}")]
    shown = []
    trace = asking(server, approve=lambda source: shown.append(source))
    assert shown == [RIGHT] and not trace.attempts
