"""Sends a review prompt to the OpenAI-compatible server that the reader configured.

The file `review.toml` in the data folder names the server. The key, if it needs one, lives in an
environment variable and is read when a prompt is sent: no file, object or error ever holds it.
"""

import os
import re
import socket
import ssl
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from struggle.log import home

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAI, Stream
    from openai.types.chat import ChatCompletionChunk

EXAMPLE = """\
url = "http://localhost:11434/v1"
model = "llama3.2"
key_variable = "STRUGGLE_REVIEW_KEY"  # name of the variable with the key; a local server needs none
"""

FIELDS = ("url", "model", "key_variable")
# A control character in an answer could steer the terminal; a lone surrogate cannot be printed.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class EndpointError(RuntimeError):
    """Why no review came, and what to do, in words for the reader; never with the key."""


@dataclass(frozen=True)
class Endpoint:
    """A server and a model; `connect` and `silence` are the seconds to wait."""

    url: str
    model: str
    key_variable: str = "STRUGGLE_REVIEW_KEY"
    connect: float = 10.0
    silence: float = 60.0

    def ask(self, prompt: str) -> Iterator[str]:
        """The pieces of the answer as they come.

        Raises `EndpointError` on any failure, also after some pieces if the answer breaks off.
        """
        begun = False
        try:
            for piece in self._answer(prompt):
                begun = True
                yield piece
            return
        except Exception as fault:  # a faulty server breaks the library in ways it does not name
            error = self._error(_reason(fault, self), begun)
        raise error  # outside `except`, or its context would hold the request, and so the key

    def _answer(self, prompt: str) -> Iterator[str]:
        from openai import Omit

        # The library would send what OPENAI_* variables hold, and that is for another server.
        headers: dict[str, str | Omit] = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
        key = self._key()
        headers["Authorization"] = f"Bearer {key}" if key else Omit()
        with self._client() as client:
            stream = client.chat.completions.create(
                model=self.model,
                messages=[{"role": "user", "content": prompt}],
                stream=True,
                extra_headers=headers,
            )
            with stream:
                yield from _pieces(stream)

    def _client(self) -> "OpenAI":
        """A client that neither tries again nor follows a redirect, which would carry the key."""
        from openai import DefaultHttpxClient, OpenAI, Timeout

        # A prompt for the reader's own machine must not pass through a proxy.
        local = urlsplit(self.url).hostname in ("localhost", "127.0.0.1", "::1")
        http = DefaultHttpxClient(follow_redirects=False, trust_env=not local)
        wait = Timeout(self.silence, connect=self.connect)
        return OpenAI(
            base_url=self.url, api_key="unused", timeout=wait, max_retries=0, http_client=http
        )

    def _key(self) -> str:
        """The key, or "" if there is none; raises `EndpointError` if it cannot be one."""
        key = os.environ.get(self.key_variable, "").strip()
        if not re.fullmatch(r"[!-~]*", key):
            raise EndpointError(
                f"The key in {self.key_variable} holds a blank or a character that no key has; "
                "copy it once more."
            )
        return key

    def _error(self, reason: str, begun: bool) -> EndpointError:
        rest = (
            " What came so far stands above; it is not the whole answer."
            if begun
            else " The prompt is not lost: `struggle review --save prompt.md` keeps it."
        )
        told = _UNPRINTABLE.sub("", reason)
        key = os.environ.get(self.key_variable, "").strip()
        # Shorter ones are placeholders such as "ollama", which may stand in the address too.
        if len(key) >= 8:
            told = told.replace(key, "[key]")
        return EndpointError(told[:600] + rest)


def load(folder: Path | None = None) -> Endpoint:
    """The endpoint that `review.toml` in `folder`, by default the data folder, describes.

    Raises `EndpointError` with what is missing or wrong and an example to copy.
    """
    path = (folder or home()) / "review.toml"
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        _check(fields)
    except FileNotFoundError:
        problem = "there is no such file yet"
    except OSError as error:
        problem = f"it cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        problem = "it is not UTF-8 text"
    except (ValueError, RecursionError) as error:
        problem = str(error)
    else:
        return Endpoint(**fields)
    raise EndpointError(f"{path}: {problem}.\nA file that works looks like this:\n\n{EXAMPLE}")


def _check(fields: dict[str, object]) -> None:
    """Raise `ValueError` for the first field that is wrong; no value is repeated, it may be a key."""
    for name, value in fields.items():
        if name not in FIELDS and re.search("key|token|secret|password", name, re.IGNORECASE):
            raise ValueError(
                f"`{name}` has no place in a file, where others may read it. Put the key into the "
                "environment variable STRUGGLE_REVIEW_KEY, and delete it here"
            )
        if name not in FIELDS:
            raise ValueError(f"`{name}` is no field; the fields are {', '.join(FIELDS)}")
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"`{name}` must be a text in quotes")
    for name in ("url", "model"):
        if name not in fields:
            raise ValueError(f"`{name}` is missing")
    _check_url(str(fields["url"]))
    if not re.fullmatch("[A-Z_][A-Z0-9_]*", str(fields.get("key_variable", "_"))):
        raise ValueError(
            "`key_variable` must be the name of an environment variable in capitals; "
            "the key itself belongs into that variable, and not into this file"
        )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not re.fullmatch(r"[!-~]+", url):
        raise ValueError(
            "`url` must be an address such as https://example.org/v1, without blanks, in ASCII"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(
            "`url` must end with its path, and hold no name, password or `?`; "
            "a key belongs into the environment variable STRUGGLE_REVIEW_KEY"
        )


def _pieces(stream: "Stream[ChatCompletionChunk]") -> Iterator[str]:
    """The printable text of a stream, up to the sign that the answer is complete."""
    some_event = some_text = False
    for chunk in stream:
        some_event = True
        for choice in chunk.choices:
            if text := _UNPRINTABLE.sub("", choice.delta.content or ""):
                some_text = some_text or not text.isspace()
                yield text
            if choice.finish_reason:
                return _check_end(choice.finish_reason, some_text)
    if not some_event and "event-stream" not in stream.response.headers.get("content-type", ""):
        raise ValueError("no stream of events")
    raise EndpointError(
        "The server closed the connection in the middle of the answer."
        if some_text
        else "The server closed the connection without an answer."
    )


def _check_end(finish_reason: str, some_text: bool) -> None:
    if finish_reason == "length":
        raise EndpointError("The answer reached the greatest length that the server allows.")
    if finish_reason == "content_filter":
        raise EndpointError("A filter of the server stopped the answer.")
    if not some_text:
        raise EndpointError("The model gave an empty answer. Try again, or try another model.")


def _reason(error: Exception, endpoint: Endpoint) -> str:
    """What went wrong, and what to do about it."""
    import openai

    match error:
        case EndpointError():
            return str(error)
        case openai.APIStatusError(status_code=401 | 403):  # its words may hold half of the key
            return _refusal(error, endpoint)
        case openai.APIStatusError():
            return _refusal(error, endpoint) + _server_said(error.body)
        case openai.APIError() if not isinstance(error, openai.APIConnectionError):
            return "The server reported a fault instead of an answer." + _server_said(error.body)
    return _connection(error, endpoint)


def _refusal(error: "APIStatusError", endpoint: Endpoint) -> str:
    code, variable = error.status_code, endpoint.key_variable
    match code:
        case 401 | 403 if os.environ.get(variable, "").strip():
            return f"The server refused the key in {variable} ({code}). Is it for {endpoint.url}?"
        case 401 | 403:
            return f"The server wants a key ({code}), and the variable {variable} holds none."
        case 404:
            return (
                f"The server knows no model {endpoint.model!r}, or nothing at {endpoint.url} (404). "
                "Look at both in review.toml; most addresses end in /v1."
            )
        case 429:
            return "Too many requests, or no credit left (429). Wait a while, then try again."
        case _ if code >= 500:
            return f"The server has a fault of its own ({code}). Wait a while, then try again."
        case _ if code < 400:
            place = error.response.headers.get("location", "").partition("?")[0]
            return (
                f"{endpoint.url} points elsewhere ({code}), to {place!r}, and nothing was sent "
                "there. If you trust that address, write it into review.toml."
            )
    return f"The server did not accept the request ({code})."


def _connection(error: Exception, endpoint: Endpoint) -> str:
    """The reason of a failure below the protocol, or of an answer that is none."""
    import httpx2

    host, url = urlsplit(endpoint.url).hostname, endpoint.url
    reasons = {
        socket.gaierror: f"The name {host} was not found: no network, or a slip in review.toml?",
        ssl.SSLError: f"No safe connection to {host}: its certificate or its https is at fault.",
        httpx2.ConnectTimeout: f"{url} did not take the call within {endpoint.connect:g} s.",
        httpx2.ConnectError: f"Nothing answers at {url}. Is there a network? Does the server run?",
        httpx2.TimeoutException: f"The server was silent for {endpoint.silence:g} s. If it is "
        "still loading the model, try again in a while.",
        httpx2.InvalidURL: f"{url} is no address that can be called; look at it in review.toml.",
        httpx2.TransportError: "The server broke the connection off.",
    }
    for kind, reason in reasons.items():  # from the narrow to the wide
        if any(isinstance(each, kind) for each in _chain(error)):
            return reason
    return f"{url} did not answer in the form of a model's server. Most addresses end in /v1."


def _chain(error: BaseException | None) -> list[BaseException]:
    """`error`, what caused it, what caused that, and so on."""
    return [error, *_chain(error.__cause__ or error.__context__)] if error else []


def _server_said(body: object) -> str:
    match body:
        case {"message": str(text)} | {"detail": str(text)}:
            pass
        case str(text) if not text.lstrip().startswith("<"):  # a page of HTML says little
            pass
        case _:
            return ""
    return f" The server said: {' '.join(text.split())}" if text.strip() else ""
