"""The tools behind a real server process, through the official client: as if they were local."""

import json
import os
import signal
import sys

import pytest

from lab import mcp_tools
from lab.agent import Answer, Budget, Call, Permission, run
from lab.mcp_tools import book_tools, connected
from lab.tools import Result, ToolError, call

pytestmark = pytest.mark.slow

FAULTY = """
import asyncio, os, sys, time
from lab.agent import Budget
from lab.mcp_tools import serve
from lab.tools import Tool, parameters

def fail(): raise KeyError("x")
def bad(): return {1, 2}
def power(): return str(9**9**9)
def die(): print("the disk is full", file=sys.stderr, flush=True); os._exit(3)
def loud(): print("not of the protocol", flush=True); return "heard"
def garble(): os.write(wire, b'{"jsonrpc": \\n'); return "heard"
def half(): os.write(wire, b'{"jsonrpc": "2.0", '); os._exit(0)
def sleep(): time.sleep(60)
def megabyte(): return "x" * 10**6
def pid(): return os.getpid()

wire = os.dup(1)  # before the server keeps it to itself
isolated, here = [fail, bad, power, sleep, megabyte], [die, loud, garble, half, pid]
tools = [
    Tool(function.__name__, "", parameters(), function, isolated=function in isolated, returns={})
    for function in isolated + here
]
asyncio.run(serve(tools, Budget(seconds=0.5, bytes=1000)))
"""


@pytest.fixture(scope="module")
def remote():
    with connected(trusted=True) as tools:
        yield {tool.name: tool for tool in tools}


@pytest.fixture
def faulty():
    with connected([sys.executable, "-c", FAULTY], trusted=True) as tools:
        yield {tool.name: tool for tool in tools}


def result(tool, **arguments):
    return call(tool, arguments, seconds=10, limit=10_000)


def script(*moves):
    moves = iter([*moves, Answer("done")])
    return lambda transcript: next(moves)


def test_the_listed_tools_are_the_local_ones(remote):
    def told(tool):
        return tool.name, tool.description, tool.parameters, tool.has_side_effects

    assert [told(tool) for tool in remote.values()] == [told(tool) for tool in book_tools()]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("calculator", {"expression": "1/3 + 2**10"}),
        ("calculator", {"expression": "9**9**9"}),
        ("calculator", {"expression": "__import__('os')"}),
        ("calculator", {"expression": "é\n\ud7ff🙂"}),
        ("search", {"query": "masked diffusion"}),
        ("search", {"query": "zebra"}),
        ("read_mail", {}),
    ],
)
def test_results_and_errors_equal_the_local_ones(remote, name, arguments):
    local = {tool.name: tool for tool in book_tools()}
    assert result(remote[name], **arguments) == result(local[name], **arguments)


def test_a_transcript_of_remote_tools_equals_that_of_local_ones(remote):
    mail = {"to": "ada@example.org", "subject": "s", "body": "b"}
    moves = [
        Call("calculator", '{"expression": "12 * 12"}'),
        Call("calculator", '{"expression": 12}'),
        Call("calculater", "{}"),
        Call("calculator", '{"expression": "1 / 0"}'),
        Call("send_mail", json.dumps(mail)),
    ]
    for permit in (lambda *asked: False, lambda *asked: True):
        transcripts = [
            run(script(*moves), tools, "?", permit=permit)
            for tools in (list(remote.values()), book_tools())
        ]
        assert transcripts[0] == transcripts[1] and transcripts[0].answer == "done"


def test_the_server_checks_the_arguments_itself(remote):
    wrong = result(remote["calculator"], expression=3)
    assert wrong.text.startswith("The arguments of calculator do not fit its schema: expression: 3")
    assert not wrong.ok and result(remote["calculator"], expression="3") == Result("3")


def test_a_server_that_is_not_trusted_is_not_believed():
    with connected() as tools:
        assert all(tool.has_side_effects for tool in tools)
        transcript = run(script(Call("read_mail", "{}")), tools, "?")
    assert transcript.entries[1] == Permission("read_mail", granted=False)


def test_a_fault_of_the_caller_comes_out_as_it_is():
    with pytest.raises(ZeroDivisionError), connected():
        _ = 1 / 0


# A server with faulty tools


def test_the_server_lives_on_after_each_fault(faulty):
    before = result(faulty["pid"])
    assert result(faulty["fail"]) == Result("fail failed: KeyError: 'x'", ok=False)
    assert "JSON cannot hold" in result(faulty["bad"]).text
    for name in ("power", "sleep"):
        stopped = f"{name} was stopped: no result within 0.5 s."
        assert result(faulty[name]) == Result(stopped, ok=False)
    assert result(faulty["megabyte"]).text.endswith("x [cut: 1000 of 1000000 bytes]")
    assert result(faulty["loud"]) == Result("heard")  # what it printed went elsewhere
    assert result(faulty["garble"]) == Result("heard")  # a line that is no JSON is passed over
    assert result(faulty["pid"]) == before and before.ok


def test_a_server_that_dies_in_a_call(faulty):
    dead = result(faulty["die"])
    assert not dead.ok and "the MCP server has ended or is silent" in dead.text
    assert "Its last words: the disk is full" in dead.text
    transcript = run(script(Call("pid", "{}"), Call("fail", "{}")), list(faulty.values()), "?")
    assert transcript.answer == "done"
    for entry in (transcript.entries[1], transcript.entries[3]):
        assert not entry.ok and "the MCP server has ended" in entry.text


def test_a_server_that_dies_in_the_middle_of_a_line(faulty):
    assert "the MCP server has ended or is silent" in result(faulty["half"]).text


def test_a_server_that_is_killed(faulty):
    os.kill(int(result(faulty["pid"]).text), signal.SIGKILL)
    assert "the MCP server has ended or is silent" in result(faulty["fail"]).text


def test_a_server_that_falls_silent(faulty):
    pid = int(result(faulty["pid"]).text)
    os.kill(pid, signal.SIGSTOP)
    transcript = run(script(Call("fail", "{}")), list(faulty.values()), "?", Budget(seconds=0.3))
    assert "no result within 0.3 s" in transcript.entries[1].text and transcript.answer == "done"
    os.kill(pid, signal.SIGCONT)
    assert result(faulty["loud"]) == Result("heard")


# What is no server


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["no-such-program"], "No such file or directory: 'no-such-program'"),
        ([sys.executable, "-c", "import sys; sys.exit('no such model')"], "words: no such model"),
        ([sys.executable, "-c", "print('hello ' * 3)"], "did not come up"),
        # The library itself waits ten seconds here.
        ([sys.executable, "-c", "import time; time.sleep(60)"], "timed out"),
    ],
)
def test_a_program_that_is_no_server(command, words, monkeypatch):
    monkeypatch.setattr(mcp_tools, "SILENCE", 0.3)
    with pytest.raises(ToolError) as caught, connected(command):
        pass
    assert command[0] in str(caught.value) and words in str(caught.value)


def test_a_listed_tool_that_cannot_be_called_is_refused():
    code = """
import lab.mcp_tools as served
from lab.agent import Budget
from mcp_types import Tool
served._listed = lambda tool: Tool(name="two words", input_schema={"type": "object"})
served.asyncio.run(served.serve(served.book_tools(), Budget()))
"""
    with pytest.raises(ToolError, match="'two words' cannot name a tool"):
        with connected([sys.executable, "-c", code]):
            pass
