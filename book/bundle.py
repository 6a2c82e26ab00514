"""Bundle the pages' scripts: install what `book/web/package-lock.json` pins, then run esbuild.

npm installs into the user's cache folder, once a lock file, and runs no package's own scripts.
"""

import os
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

from book.store import digest, file_digest
from lab.assets import AssetError, SourceError, cache_folder, npm, run

WEB = Path(__file__).parent / "web"
_ENTRIES = ("page.js", "worker.js")
_SHARED = ("--splitting", "--chunk-names=[name]-[hash]")  # what two of them import is loaded once
# Each stands alone, for a notebook takes one file.
_DEMOS = {
    "denoising": ("denoising.js", "denoising-worker.js"),
    "reviewing": ("reviewing.js",),
}
_OPTIONS = (
    "--bundle",
    "--format=esm",
    "--minify",
    "--target=es2022",
    "--legal-comments=eof",
    "--loader:.css=text",
    "--log-level=error",
)


class BundleError(RuntimeError):
    """A script has a fault; the message is esbuild's."""


def bundle(target: Path) -> None:
    """Put the bundled scripts into the folder `target`, unless they lie there already.

    Raises `AssetError` where the packages cannot be had, `BundleError` where a script has a fault.
    """
    stamp, key = target / "version", _key()
    if stamp.exists() and stamp.read_text("utf-8") == key:
        return
    modules = install()
    shutil.rmtree(target, ignore_errors=True)  # a chunk of other content has another name
    _esbuild(modules, *_ENTRIES, *_SHARED, f"--outdir={target}")
    stamp.write_text(key, "utf-8")


def bundle_demo(name: str, target: Path) -> None:
    """Put the scripts of the demo `name` into the folder `target`, beside what else lies there.

    Raises `AssetError` and `BundleError` as `bundle` does.
    """
    _esbuild(install(), *_DEMOS[name], f"--outdir={target}")


def _esbuild(modules: Path, *arguments: str) -> None:
    command = [str(esbuild(modules)), *arguments, *_OPTIONS]
    environment = os.environ | {"NODE_PATH": str(modules)}
    done = subprocess.run(
        command, cwd=WEB, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BundleError(f"The scripts in {WEB} cannot be bundled:\n{done.stderr.strip()}")


def _key() -> str:
    sources = [*sorted(WEB.glob("*.js")), WEB / "package-lock.json", Path(__file__)]
    return digest(*(f"{path.name} {file_digest(path)}" for path in sources))


def install() -> Path:
    """The folder of the packages that the lock file pins; raises `AssetError` without them."""
    lock = WEB / "package-lock.json"
    folder = cache_folder() / f"web-{file_digest(lock)[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "installed"
    with FileLock(folder / "lock"):  # two builds may want it at once
        if not done.exists():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(WEB / name, folder)
            try:
                run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder)
            except (SourceError, OSError) as error:
                message = f"npm could not install what {lock} pins (no network?): {error}"
                raise AssetError(message) from error
            done.touch()
    return folder / "node_modules"


def esbuild(modules: Path) -> Path:
    """The program for this machine, which its package would start from Node.js."""
    found = [*modules.glob("@esbuild/*/bin/esbuild"), *modules.glob("@esbuild/*/esbuild.exe")]
    if not found:
        raise AssetError("npm installed no esbuild for this machine")
    return found[0]
