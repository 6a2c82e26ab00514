"""Files of one user, under one folder."""

from posixpath import commonpath, join, normpath


def inside(root: str, name: str) -> str:
    """The path of `name` under `root`; PermissionError where it leads out."""
    path = normpath(join(root, name))
    if commonpath([root, path]) != root:
        raise PermissionError(name)
    return path
