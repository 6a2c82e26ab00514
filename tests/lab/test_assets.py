"""Assets: only the listed bytes get through, downloads resume, and a failure says what to do."""

import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lab.assets import AssetError, assets, fetch

TEXT = b"To be, or not to be" * 1000


class Handler(BaseHTTPRequestHandler):
    """Serves `files`, honours ranges, and remembers what was asked."""

    files: dict[str, bytes]
    ranges: list[str | None]

    def do_GET(self) -> None:
        self.ranges.append(self.headers["Range"])
        if self.path not in self.files:
            self.send_error(404)
            return
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        body = self.files[self.path][start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, type[Handler]]]:
    handler = type("Server", (Handler,), {"files": {"/text": TEXT}, "ranges": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_port}", handler
        httpd.shutdown()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRUGGLE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def listed(folder: Path, *sources: str, body: bytes = TEXT) -> Path:
    path = folder / "assets.toml"
    path.write_text(
        f'[text]\nfile = "text.txt"\nsha256 = "{hashlib.sha256(body).hexdigest()}"\n'
        f'licence = "none"\nnote = "a line"\nwithout = "the rest"\n'
        f"sources = [{', '.join(sources)}]\n"
    )
    return path


def test_fetches_once_and_keeps(server: tuple[str, type[Handler]], tmp_path: Path) -> None:
    url, handler = server
    toml = listed(tmp_path, f'{{ url = "{url}/text" }}')
    assert fetch("text", toml).read_bytes() == TEXT
    assert fetch("text", toml).name == "text.txt"
    assert len(handler.ranges) == 1


def test_a_damaged_cached_file_is_replaced(
    server: tuple[str, type[Handler]], tmp_path: Path
) -> None:
    toml = listed(tmp_path, f'{{ url = "{server[0]}/text" }}')
    fetch("text", toml).write_bytes(b"damaged")
    assert fetch("text", toml).read_bytes() == TEXT


def test_resumes_where_it_stopped(server: tuple[str, type[Handler]], tmp_path: Path) -> None:
    url, handler = server
    toml = listed(tmp_path, f'{{ url = "{url}/text" }}')
    path = fetch("text", toml)
    path.rename(path.with_name("text.txt.part"))
    path.with_name("text.txt.part").write_bytes(TEXT[:7000])
    assert fetch("text", toml).read_bytes() == TEXT
    assert handler.ranges == [None, "bytes=7000-"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_takes_a_member_out_of_an_archive(
    kind: str, server: tuple[str, type[Handler]], tmp_path: Path
) -> None:
    url, handler = server
    packed = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as z:
            z.writestr("inner/text.txt", TEXT)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as t:
            member = tarfile.TarInfo("inner/text.txt")
            member.size = len(TEXT)
            t.addfile(member, io.BytesIO(TEXT))
    handler.files["/archive"] = packed.getvalue()
    toml = listed(tmp_path, f'{{ url = "{url}/archive", member = "inner/text.txt" }}')
    assert fetch("text", toml).read_bytes() == TEXT


def test_other_bytes_never_get_through_and_the_next_source_is_tried(
    server: tuple[str, type[Handler]], tmp_path: Path, cache: Path
) -> None:
    url, handler = server
    handler.files["/forged"] = TEXT + b"!"
    sources = [f'{{ url = "{url}/{name}" }}' for name in ("gone", "forged", "text")]
    with pytest.raises(AssetError) as failure:
        fetch("text", listed(tmp_path, *sources[:2]))
    message = str(failure.value)
    assert "'text' (a line) is missing" in message
    assert f"url {url}/gone: HTTP 404" in message
    assert f"url {url}/forged: the file's SHA-256 is" in message
    assert "still work: the rest" in message
    assert not list(cache.rglob("text.txt*"))
    assert fetch("text", listed(tmp_path, *sources)).read_bytes() == TEXT


def test_every_listed_asset_says_what_it_is() -> None:
    for asset in assets().values():
        assert asset.licence and asset.note and asset.without and asset.sources
        assert len(bytes.fromhex(asset.sha256)) == 32
