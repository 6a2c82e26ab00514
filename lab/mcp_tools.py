"""The same tools behind the Model Context Protocol: served over stdio, and called from `agent.run`.

`python -m lab.mcp_tools` is the server.  Whether a call is permitted is for the host to ask, that is
for `agent.run`; a server only says which of its tools have side effects, and may lie about it.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import IO, Any

import anyio.to_thread
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, MCPError, StdioServerParameters, stdio_client
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    ToolAnnotations,
)
from mcp_types import Tool as ListedTool

from lab.agent import Budget
from lab.tools import CALCULATOR, Mailbox, Result, Tool, ToolError, call, check, search_tool

DOCUMENTS = {
    "Tool calling": "A model that calls a tool writes its name and arguments; the loop runs the "
    "tool and shows the model the result.",
    "Prompt injection": "A document that a model reads may hold instructions; a model that follows "
    "them serves whoever wrote the document.",
    "Masked diffusion": "A masked diffusion model fills many blanks of a text at once, over a "
    "number of denoising steps.",
    "Autoregression": "An autoregressive model writes one token after another, each drawn with "
    "all those before it in sight.",
    "Hallucination": "A model that is asked for a fact it never saw still writes a likely text; "
    "a search tool gives it something to copy from.",
}
COMMAND = (sys.executable, "-m", "lab.mcp_tools")
SILENCE = 20.0  # seconds to wait for the server at most, also for it to start


def book_tools() -> list[Tool]:
    """The calculator, a search in a few documents on this book's subjects, and an empty mailbox."""
    return [CALCULATOR, search_tool(DOCUMENTS), *Mailbox().tools()]


# The server


def server(tools: Sequence[Tool], budget: Budget) -> "Server[Any]":
    """A server of `tools` that outlives whatever they do; a failure is a result marked as one."""
    by_name = {tool.name: tool for tool in tools}

    async def list_tools(
        context: "ServerRequestContext[Any]", params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=[_listed(tool) for tool in tools])

    async def call_tool(
        context: "ServerRequestContext[Any]", params: CallToolRequestParams
    ) -> CallToolResult:
        result = await anyio.to_thread.run_sync(
            _called, by_name, params.name, params.arguments or {}, budget
        )
        content = TextContent(type="text", text=result.text)
        return CallToolResult(content=[content], is_error=not result.ok)

    return Server("struggle-first", on_list_tools=list_tools, on_call_tool=call_tool)


def _listed(tool: Tool) -> ListedTool:
    return ListedTool(
        name=tool.name,
        description=tool.description,
        input_schema=tool.parameters,
        annotations=ToolAnnotations(read_only_hint=not tool.has_side_effects),
    )


def _called(tools: dict[str, Tool], name: str, arguments: dict[str, Any], budget: Budget) -> Result:
    if name not in tools:
        return Result(f"There is no tool {name[:100]!r}.", ok=False)
    try:
        check(tools[name], arguments)
    except ToolError as error:
        return Result(str(error), ok=False)
    return call(tools[name], arguments, budget.seconds, budget.bytes)


async def serve(tools: Sequence[Tool], budget: Budget) -> None:
    """Serve `tools` on this process's stdin and stdout until stdin ends."""
    running = server(tools, budget)
    async with stdio_server() as (reading, writing):
        await running.run(reading, writing, running.create_initialization_options())


# The client


@contextmanager
def connected(command: Sequence[str] = COMMAND, trusted: bool = False) -> Iterator[list[Tool]]:
    """Start the server that `command` names; its tools, to be called as if they were local.

    Only a `trusted` server is believed when it says which tools have no side effects; with any
    other, each call needs a permission.  Raises `ToolError` if the server does not come up; what
    fails later fails in a call.
    """
    with ExitStack() as stack:
        # A file, for a notebook's stderr is none that a process could write to.
        stderr = stack.enter_context(tempfile.TemporaryFile("w+"))
        portal = stack.enter_context(start_blocking_portal())
        parameters = StdioServerParameters(command=command[0], args=list(command[1:]))
        client = Client(stdio_client(parameters, stderr), read_timeout_seconds=SILENCE)
        session = portal.wrap_async_context_manager(client)
        try:
            session.__enter__()
            # Not `enter_context`, or a fault of the caller would come out in groups of anyio's.
            stack.callback(session.__exit__, None, None, None)
            listed = portal.call(client.list_tools).tools
            tools = [_local(portal, client, stderr, tool, trusted) for tool in listed]
        except Exception as error:
            reason = f"The MCP server {command[0]} did not come up: {_innermost(error)}."
            raise ToolError(reason + _last_words(stderr)) from None
        yield tools


def _local(
    portal: BlockingPortal, client: Client, stderr: IO[str], listed: ListedTool, trusted: bool
) -> Tool:
    hints = listed.annotations
    return Tool(
        listed.name,
        listed.description or "",
        listed.input_schema,
        partial(_remote, portal, client, stderr, listed.name),
        has_side_effects=not (trusted and hints and hints.read_only_hint),
        isolated=False,  # the connection lives here; the work is in the server's process
    )


def _remote(
    portal: BlockingPortal, client: Client, stderr: IO[str], name: str, /, **arguments: object
) -> str:
    try:
        result = portal.call(client.call_tool, name, arguments)
    except MCPError as error:
        reason = f"{name} failed: the MCP server has ended or is silent ({error})."
        raise ToolError(reason + _last_words(stderr)) from None
    text = "\n".join(
        block.text if isinstance(block, TextContent) else f"[{block.type}]"
        for block in result.content
    )
    if result.is_error:
        raise ToolError(text)
    return text


def _innermost(error: BaseException) -> BaseException:
    return _innermost(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _last_words(stderr: IO[str]) -> str:
    size = os.fstat(stderr.fileno()).st_size
    # Not `seek`: the server writes at the same position.
    end = os.pread(stderr.fileno(), 300, max(0, size - 300)).decode(errors="replace").strip()
    return f" Its last words: {end}" if end else ""


if __name__ == "__main__":
    asyncio.run(serve(book_tools(), Budget()))
