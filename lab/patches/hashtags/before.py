"""Labels of a note."""


def hashtags(text: str, found: list[str] | None = None) -> list[str]:
    """The words of `text` that begin with #, each once, after those in `found`."""
    if found is None:
        found = []
    for word in text.split():
        if word.startswith("#") and word not in found:
            found.append(word)
    return found
