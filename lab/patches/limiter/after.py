"""At most so many requests until the next refill."""

from threading import Lock


class Limiter:
    def __init__(self, limit: int) -> None:
        self.left = limit
        self.lock = Lock()

    def take(self) -> bool:
        """Use up one request; False where none is left."""
        if self.left == 0:
            return False
        with self.lock:
            self.left -= 1
        return True

    def refill(self, limit: int) -> None:
        with self.lock:
            self.left = limit
