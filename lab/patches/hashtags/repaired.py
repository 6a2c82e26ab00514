"""Labels of a note."""


def hashtags(text: str, found: list[str] | None = None) -> list[str]:
    """The words of `text` that begin with #, each once, after those in `found`.

    Case and punctuation at the end make no difference; `found` is what an earlier call gave.
    """
    if found is None:
        found = []
    for word in text.lower().split():
        tag = word.rstrip(".,;:!?")
        if tag.startswith("#") and tag not in found:
            found.append(tag)
    return found
