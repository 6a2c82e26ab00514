"""Opening hours as pairs [start, end]."""


def merge(spans: list[list[int]]) -> list[list[int]]:
    """The same hours as `spans` in as few pairs as possible, in order."""
    merged: list[list[int]] = []
    for span in sorted(spans):
        if merged and span[0] <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], span[1])
        else:
            merged.append(span.copy())
    return merged
