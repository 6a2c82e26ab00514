"""Labels of a note."""


def hashtags(text: str, found: list[str] = []) -> list[str]:
    """The words of `text` that begin with #, each once, after those in `found`.

    Case and a comma or full stop at the end make no difference.
    """
    for word in text.lower().split():
        tag = word.rstrip(".,;:!?")
        if tag.startswith("#") and tag not in found:
            found.append(tag)
    return found
