"""A review from a real server on this machine, which answers honestly and in every faulty way."""

import json
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from struggle import endpoint
from struggle.endpoint import EXAMPLE, Endpoint, EndpointError
from struggle.log import Log

KEY = "sk-Very-Secret-0123456789"
SAVE = "`struggle review --save prompt.md`"


class Server(ThreadingHTTPServer):
    """Answers each POST by `self.answer(handler)` and keeps what it was sent."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.heard = honest, []
        self.released = threading.Event()  # lets a silent answer end with the test
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request, client_address):
        """Say nothing: some answers end in a broken pipe on purpose."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, self.headers, json.loads(body)))
        self.server.answer(self)

    do_GET = do_POST

    def log_message(self, *args):
        pass


def reply(handler, body=b"", status=200, kind="text/event-stream", **headers):
    handler.send_response(status)
    for name, value in {"Content-Type": kind, **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def piece(text=None, finish=None):
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return data({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def data(value):
    return f"data: {json.dumps(value)}\n\n".encode()


DONE = b"data: [DONE]\n\n"


def honest(handler):
    reply(handler, b": hello\n\n" + data({"choices": []}) + piece(""))
    for text in ("Why ", "the ", "log? "):
        handler.wfile.write(piece(text))
    handler.wfile.write(piece("é 🙂\n") + piece(None, "stop") + DONE)


def sends(body, **how):
    return lambda handler: reply(handler, body, **how)


def refuses(status, message, **headers):
    body = json.dumps({"error": {"message": message, "type": "x", "code": None}}).encode()
    return sends(body, status=status, kind="application/json", **headers)


@pytest.fixture(scope="module")
def running():
    with Server() as server:
        yield server
        server.shutdown()


@pytest.fixture
def server(running, monkeypatch):
    for name in [name for name in os.environ if re.match("OPENAI_|.*_proxy$", name, re.I)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("STRUGGLE_REVIEW_KEY", KEY)
    running.answer, running.heard = honest, []
    running.released.clear()
    yield running
    running.released.set()


def ask(server, **fields):
    given = {"url": server.url, "model": "small", "connect": 5, "silence": 5, **fields}
    return "".join(Endpoint(**given).ask("a prompt"))


def failure(server, **fields):
    """The pieces before the error, and its text, after a look for the key in all it holds."""
    given = {"url": server.url, "model": "small", "connect": 5, "silence": 5, **fields}
    pieces = []
    with pytest.raises(EndpointError) as caught:
        pieces.extend(Endpoint(**given).ask("a prompt"))
    error = caught.value
    assert error.__cause__ is None and error.__context__ is None
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    locals_of_ours = [frame.locals for frame in shown.stack if "endpoint.py" in frame.filename]
    assert locals_of_ours and KEY not in repr((error, error.args, vars(error), locals_of_ours))
    return pieces, str(error)


def fails(server, answer, *words, **fields):
    """Nothing was answered, and the error holds `words` and where the prompt is kept."""
    server.answer = answer
    pieces, text = failure(server, **fields)
    assert not pieces and SAVE in text
    for word in words:
        assert word in text, text
    return text


def breaks_off(server, answer, *words, **fields):
    """`Why` was answered, and the error says that it is not all."""
    server.answer = answer
    pieces, text = failure(server, **fields)
    assert pieces == ["Why "] and "stands above" in text and SAVE not in text
    for word in words:
        assert word in text, text


# An honest server


def test_the_answer_and_the_request(server):
    assert ask(server) == "Why the log? é 🙂\n"
    ((path, headers, body),) = server.heard
    assert path == "/v1/chat/completions" and headers["Authorization"] == f"Bearer {KEY}"
    assert body["model"] == "small" and body["stream"] is True
    assert body["messages"] == [{"role": "user", "content": "a prompt"}]


def test_pieces_come_while_the_server_still_writes(server):
    def slow(handler):
        reply(handler, piece("Why "))
        assert server.released.wait(10)
        handler.wfile.write(piece("the", "stop"))

    server.answer = slow
    answer = Endpoint(server.url, "small").ask("a prompt")
    assert next(answer) == "Why "
    server.released.set()
    assert list(answer) == ["the"]


def test_a_reader_who_stops_closes_the_connection(server):
    stopped = threading.Event()

    def endless(handler):
        reply(handler)
        try:
            while not server.released.is_set():
                handler.wfile.write(piece("on and on " * 1000))
        except OSError:
            stopped.set()

    server.answer = endless
    answer = Endpoint(server.url, "small").ask("a prompt")
    next(answer)
    answer.close()
    assert stopped.wait(10)


def test_a_complete_answer_ends_though_the_server_stays_open(server):
    def stays(handler):
        reply(handler, piece("all", "stop"))
        server.released.wait(10)

    server.answer = stays
    assert ask(server, silence=60) == "all"


def test_events_in_odd_places_of_the_bytes(server):
    def drop_by_drop(handler):
        reply(handler)
        for byte in (piece("é🙂") + piece(" x", "stop")).replace(b"\n", b"\r\n"):
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()

    server.answer = drop_by_drop
    assert ask(server) == "é🙂 x"


def test_an_answer_cannot_steer_the_terminal(server):
    body = piece("a\x1b[2Jb\x07\x9bc\ud800\r\n\td", "stop")
    server.answer = sends(body)
    assert ask(server) == "a[2Jbc\n\td"


def test_without_a_key_none_is_sent(server, monkeypatch):
    monkeypatch.delenv("STRUGGLE_REVIEW_KEY")
    for name in ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID"):
        monkeypatch.setenv(f"OPENAI_{name}", KEY)
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"Authorization: Bearer {KEY}")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert ask(server)
    ((_, headers, body),) = server.heard
    assert "Authorization" not in headers and KEY not in str(headers) + str(body)


def test_the_key_comes_from_the_variable_that_the_file_names(server, monkeypatch, tmp_path):
    monkeypatch.setenv("OTHER_KEY", "another-secret\n")
    (tmp_path / "review.toml").write_text(
        f'url = "{server.url}"\nmodel = "small"\nkey_variable = "OTHER_KEY"'
    )
    assert "".join(endpoint.load(tmp_path).ask("a prompt"))
    assert server.heard[0][1]["Authorization"] == "Bearer another-secret"


def test_a_prompt_for_this_machine_passes_by_no_proxy(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(server)


def test_no_log_holds_the_key(server, caplog, monkeypatch, tmp_path):
    monkeypatch.setenv("STRUGGLE_HOME", str(tmp_path))
    with caplog.at_level(logging.DEBUG):
        ask(server)
        fails(server, refuses(401, KEY))
    assert caplog.records and KEY not in caplog.text
    assert not Log().path.exists()
    assert KEY not in repr(Endpoint(server.url, "small"))


# A server that refuses


def test_a_refused_key(server):
    for status in (401, 403):
        text = fails(
            server,
            refuses(status, f"Incorrect API key provided: {KEY[:9]}***{KEY[-4:]}"),
            "refused the key in STRUGGLE_REVIEW_KEY",
            str(status),
        )
        assert KEY[:9] not in text and KEY[-4:] not in text


def test_a_missing_key(server, monkeypatch):
    monkeypatch.delenv("STRUGGLE_REVIEW_KEY")
    fails(server, refuses(401, "who are you"), "STRUGGLE_REVIEW_KEY holds none")


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", "a\x00b", "x\x7fy"])
def test_a_key_that_cannot_be_one_is_not_sent(server, monkeypatch, key):
    if "\x00" in key:
        monkeypatch.setattr(os, "environ", {**os.environ, "STRUGGLE_REVIEW_KEY": key})
    else:
        monkeypatch.setenv("STRUGGLE_REVIEW_KEY", key)
    text = fails(server, honest, "The key in STRUGGLE_REVIEW_KEY")
    assert not server.heard and key not in text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, ("no model 'small'", "/v1", "said: a reason")),
        (429, ("Too many requests", "said: a reason")),
        (400, ("did not accept", "said: a reason")),
        (402, ("did not accept", "(402)")),
        (500, ("fault of its own", "said: a reason")),
        (503, ("fault of its own", "(503)")),
        (529, ("fault of its own",)),
    ],
)
def test_a_refusal_says_why_and_is_not_repeated(server, status, words):
    fails(server, refuses(status, "a\n  reason", **{"Retry-After": "0"}), *words)
    assert len(server.heard) == 1


def test_the_servers_words_are_cleaned_and_short(server):
    text = fails(server, refuses(500, f"\x1b[31mbad {KEY[:5]}\x00{KEY[5:]} " + "x" * 10**6))
    assert "\x1b" not in text and "[key]" in text and len(text) < 1000


@pytest.mark.parametrize("body", [b"", b"<html>no</html>", b"[]", b'{"error": null}', b"\xff\xfe"])
def test_a_refusal_without_words(server, body):
    text = fails(server, sends(body, status=502), "fault of its own")
    assert "html" not in text


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(server, status):
    with Server() as other:
        other.answer = honest
        away = sends(b"", status=status, Location=f"{other.url}/x?token={KEY}")
        text = fails(server, away, "points elsewhere", f"{other.url}/x", "review.toml")
        assert "token" not in text
        other.shutdown()
    assert not other.heard and len(server.heard) == 1


# A server that breaks off or talks nonsense


def test_a_connection_cut_in_the_middle(server):
    def cut(handler):
        handler.protocol_version = "HTTP/1.1"
        chunk = piece("Why ")
        reply(handler, f"{len(chunk):x}\r\n".encode() + chunk, **{"Transfer-Encoding": "chunked"})

    breaks_off(server, cut, "broke the connection off")
    breaks_off(server, sends(piece("Why ")), "in the middle of the answer")
    breaks_off(server, sends(piece("Why ") + DONE), "in the middle of the answer")
    breaks_off(server, sends(piece("Why ") + piece("the")[:-9]), "in the middle of the answer")


def test_an_answer_that_meets_a_limit(server):
    breaks_off(server, sends(piece("Why ", "length")), "greatest length")
    breaks_off(server, sends(piece("Why ", "content_filter")), "filter")


def test_an_error_in_the_stream(server):
    body = data({"error": {"message": f"out of memory {KEY}"}})
    breaks_off(server, sends(piece("Why ") + body), "said: out of memory [key]")
    fails(server, sends(data({"error": "out of memory"})), "fault", "out of memory")


def test_silence(server):
    def silent(*before):
        def answer(handler):
            for part in before:
                part(handler)
            server.released.wait(10)

        return answer

    fails(server, silent(), "silent for 0.2 s", silence=0.2)
    fails(server, silent(sends(b"")), "silent for 0.2 s", silence=0.2)
    fails(server, silent(sends(b"{", status=500)), "silent for 0.2 s", silence=0.2)
    breaks_off(server, silent(sends(piece("Why "))), "silent for 0.2 s", silence=0.2)


@pytest.mark.parametrize(
    "body",
    [
        b"data: {\n\n",
        b"data: nonsense\n\n",
        b"data: \xff\xfe\n\n",
        b"data: " + b"[" * 10**5 + b"\n\n",
        data([]),
        data(3),
        data(None),
        data({}),
        data({"choices": None}),
        data({"choices": "abc"}),
        data({"choices": [1]}),
        data({"choices": [{"delta": None}]}),
        data({"choices": [{"delta": "x"}]}),
        data({"choices": [{"delta": {"content": 3}}]}),
        data({"choices": [{"delta": {"content": ["x"]}}]}),
    ],
)
def test_nonsense_in_the_stream(server, body):
    fails(server, sends(body), "form of a model's server")
    breaks_off(server, sends(piece("Why ") + body), "form of a model's server")


def test_no_stream_at_all(server):
    page = b"<!doctype html>\n<p>Welcome: log in\n\n"
    fails(server, sends(page, kind="text/html"), "form of a model's server", "/v1")
    whole = json.dumps({"choices": [{"message": {"content": "x"}}]}).encode()
    fails(server, sends(whole, kind="application/json"), "form of a model's server")


def test_an_empty_answer(server):
    fails(server, sends(piece(None, "stop") + DONE), "empty answer")
    server.answer = sends(piece(" \n") + piece("", "stop"))
    assert "empty answer" in failure(server)[1]
    for body in (b"", b": hello\n\n", DONE, data({"choices": []}) + DONE, piece("") + DONE):
        fails(server, sends(body), "without an answer")


def test_bytes_that_are_no_http(server):
    fails(server, lambda handler: handler.wfile.write(b"\x00\xff nonsense\r\n\r\n"), "broke")
    fails(server, lambda handler: None, "broke the connection off")


def test_a_compressed_body_that_is_none(server):
    fails(server, sends(b"nonsense", **{"Content-Encoding": "gzip"}), "form of a model's server")


# No server


def test_nothing_listens(server):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    fails(server, honest, "Nothing answers", str(port), url=f"http://127.0.0.1:{port}/v1")


def test_a_server_that_never_takes_the_call(server):
    with socket.socket() as full:  # a queue that is full, so that no further call is taken
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        time.sleep(0.05)
        url = f"http://127.0.0.1:{full.getsockname()[1]}/v1"
        fails(server, honest, "did not take the call within 0.2 s", url=url, connect=0.2)
        for each in waiting:
            each.close()


def test_an_unknown_host(server):
    fails(server, honest, "no-such-host.invalid", url="http://no-such-host.invalid/v1")


def test_an_address_that_cannot_be_called(server):
    fails(server, honest, "no address that can be called", url="http://192.168.0.256/v1")


def test_https_to_a_server_without_it(server):
    url = server.url.replace("http:", "https:")
    fails(server, honest, "No safe connection to 127.0.0.1", url=url)


# The file


def problem(folder, text):
    (folder / "review.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(EndpointError) as caught:
        endpoint.load(folder)
    error = caught.value
    assert error.__cause__ is None and error.__context__ is None
    assert EXAMPLE in str(error) and str(folder / "review.toml") in str(error)
    return str(error)


def test_the_example_is_three_lines_that_load(tmp_path, monkeypatch):
    assert len(EXAMPLE.splitlines()) == 3
    monkeypatch.setenv("STRUGGLE_HOME", str(tmp_path))
    (tmp_path / "review.toml").write_bytes(b"\xef\xbb\xbf" + EXAMPLE.encode())
    assert endpoint.load() == Endpoint("http://localhost:11434/v1", "llama3.2")
    assert (endpoint.load().connect, endpoint.load().silence) == (10, 60)


def test_no_file(tmp_path):
    with pytest.raises(EndpointError, match="no such file yet") as caught:
        endpoint.load(tmp_path / "nowhere")
    assert EXAMPLE in str(caught.value)


def test_a_folder_in_its_place(tmp_path):
    (tmp_path / "review.toml").mkdir()
    with pytest.raises(EndpointError, match="cannot be read"):
        endpoint.load(tmp_path)


URL = 'url = "http://localhost/v1"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "`url` is missing"),
        (URL, "`model` is missing"),
        ('model = "m"', "`url` is missing"),
        (URL + "model = 3", "`model` must be a text"),
        (URL + 'model = " "', "`model` must be a text"),
        ('url = ["http://x"]\nmodel = "m"', "`url` must be a text"),
        (URL + 'model = "m"\nmodle = "m"', "`modle` is no field; the fields are url, model"),
        (URL + 'model = "m"\nsilence = 3', "`silence` is no field"),
        (URL + "model = m", "line 2"),
        ("[" * 10**5, "review.toml"),
        (EXAMPLE.encode("utf-16"), "not UTF-8"),
        (URL + 'model = "m"\nkey_variable = 1', "`key_variable` must be a text"),
    ],
)
def test_a_file_with_a_mistake(tmp_path, text, words):
    assert words in problem(tmp_path, text)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434/v1",
        "ftp://localhost/v1",
        "http://",
        "http:///v1",
        "http://[::1/v1",
        "http://localhost:x/v1",
        "http://localhost:99999/v1",
        "http://local host/v1",
        "http://localhost/v1\\n",
        "file:///etc/passwd",
        "http://me:sk-Very-Secret@localhost/v1",
        "https://example.org/v1?key=sk-Very-Secret",
        "https://example.org/v1#sk-Very-Secret",
    ],
)
def test_a_bad_address(tmp_path, url):
    text = problem(tmp_path, f'url = "{url}"\nmodel = "m"')
    assert "`url` must" in text and "sk-Very-Secret" not in text


@pytest.mark.parametrize("name", ["key", "api_key", "API-Key", "apikey", "token", "password"])
def test_a_key_in_the_file_is_refused(tmp_path, name):
    text = problem(tmp_path, f'{EXAMPLE}\n{name} = "{KEY}"')
    assert "environment variable STRUGGLE_REVIEW_KEY" in text and KEY not in text


def test_a_key_in_place_of_the_variables_name_is_refused(tmp_path):
    text = problem(tmp_path, f'{URL}model = "m"\nkey_variable = "{KEY}"')
    assert "name of an environment variable" in text and KEY not in text


# Wherever the key turns up

PLACES = (
    'url = "{}"',
    'url = "http://{}/v1"',
    'url = "https://x:{}@example.org/v1"',
    'url = "https://example.org/v1?key={}"',
    "url = {}",
    'key_variable = "{}"',
    "key_variable = '{}",
    "key_variable = {}",
    'key = "{}"',
    'modle = "{}"',
    "model = ['{}']",
    "{}",
)
# The prefix, for Hypothesis also tries words from our own messages.
keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6, max_size=120).map(
    "~k{}".format
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=keys,
    status=st.sampled_from([200, 302, 400, 401, 403, 404, 429, 500, 503]),
    before=st.text(max_size=700).filter(lambda text: "\x00" not in text),
    shape=st.sampled_from(["message", "detail", "text", "stream", "location", "model"]),
    breaks=st.integers(0, 120),
)
def test_no_error_holds_the_key(server, key, status, before, shape, breaks):
    echo = f"{before}{key[:breaks]}\x1b\x00{key[breaks:]}{key} {key}"
    bodies = {
        "message": json.dumps({"error": {"message": echo}}).encode(),
        "detail": json.dumps({"detail": echo}).encode(),
        "stream": data({"error": {"message": echo}}),
    }
    body = bodies.get(shape, echo.encode(errors="replace"))
    header = {"Location": f"http://127.0.0.1/{key}"} if shape == "location" else {}
    server.answer = sends(body, status=status, **header)
    model = f"my-{key}" if shape == "model" else "small"
    with patch.dict(os.environ, STRUGGLE_REVIEW_KEY=key):
        with pytest.raises(EndpointError) as caught:
            list(Endpoint(server.url, model, silence=5).ask("a prompt"))
    assert key not in str(caught.value) and caught.value.__context__ is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=keys, place=st.sampled_from(PLACES))
def test_no_error_about_the_file_holds_the_key(tmp_path, key, place):
    (tmp_path / "review.toml").write_text(place.format(key))
    with pytest.raises(EndpointError) as caught:
        endpoint.load(tmp_path)
    assert key not in str(caught.value) and caught.value.__context__ is None


def test_importing_does_not_load_the_library():
    code = "import struggle.endpoint, sys; assert not {'openai', 'httpx2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
