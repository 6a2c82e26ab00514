"""Files of one user, under one folder."""

from posixpath import commonpath, join, normpath


def inside(root: str, name: str) -> str:
    """The path of `name` under `root`; PermissionError outside, and for what is hidden."""
    path = normpath(join(root, name))
    if commonpath([root, path]) != root:
        raise PermissionError(f"{name!r} leads out of {root}")
    parts = path.removeprefix(root).split("/")
    if any(part.startswith(".") for part in parts):
        raise PermissionError(f"{name!r} is hidden")
    return path
