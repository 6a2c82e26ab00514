"""Files of one user, under one folder."""

from posixpath import basename, commonpath, join, normpath


def inside(root: str, name: str) -> str:
    """The path of `name` under `root`; PermissionError where it leads out or is hidden."""
    path = normpath(join(root, name))
    if commonpath([root, path]) != root:
        raise PermissionError(f"{name!r} leads out of {root}")
    if basename(path).startswith("."):
        raise PermissionError(f"{name!r} is hidden")
    return path
