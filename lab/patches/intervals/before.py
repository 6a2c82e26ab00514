"""Opening hours as pairs [start, end]."""


def merge(spans: list[list[int]]) -> list[list[int]]:
    """The same hours as `spans` in as few pairs as possible, in order."""
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = [merged[-1][0], max(merged[-1][1], end)]
        else:
            merged.append([start, end])
    return merged
