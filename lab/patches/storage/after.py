"""Files of one user, under one folder."""

from posixpath import join, normpath


def inside(root: str, name: str) -> str:
    """The path of `name` under `root`; PermissionError outside, and for what is hidden."""
    path = normpath(join(root, name))
    if not path.startswith(root):
        raise PermissionError(f"{name!r} leads out of {root}")
    parts = path.removeprefix(root).split("/")
    if any(part.startswith(".") for part in parts):
        raise PermissionError(f"{name!r} is hidden")
    return path
