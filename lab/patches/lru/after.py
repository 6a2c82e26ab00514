"""A cache that forgets what was used longest ago."""


class Cache:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.entries: dict[str, int] = {}

    def get(self, key: str) -> int | None:
        """The value under `key`, or None; it counts as used."""
        if key not in self.entries:
            return None
        self.entries[key] = self.entries.pop(key)
        return self.entries[key]

    def put(self, key: str, value: int) -> None:
        """Keep `value`, and forget the oldest where there is no room."""
        self.entries.pop(key, None)
        self.entries[key] = value
        if len(self.entries) > self.capacity:
            del self.entries[next(iter(self.entries))]
