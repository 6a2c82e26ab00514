"""The course's tokenizer: one token a character."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


class CharTokenizer:
    """Maps each character of an alphabet to its index in the sorted alphabet.

    Characters need no training and make a loss easy to read: nats a token are nats a character.
    """

    def __init__(self, text: Iterable[str]) -> None:
        self.alphabet = "".join(sorted(set(text)))
        self._ids = {character: i for i, character in enumerate(self.alphabet)}

    @property
    def vocab_size(self) -> int:
        return len(self.alphabet)

    def encode(self, text: str) -> NDArray[np.int64]:
        """Token ids of `text`, shape (len(text),); `ValueError` names a character it does not have."""
        try:
            return np.array([self._ids[character] for character in text], dtype=np.int64)
        except KeyError as error:
            raise ValueError(
                f"the tokenizer has no character {error.args[0]!r}; it knows {self.alphabet!r}"
            ) from None

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`."""
        return "".join(self.alphabet[i] for i in ids)
