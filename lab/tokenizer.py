"""The course's tokenizers: a token is a character, or a piece of a word."""

from collections.abc import Iterable

import numpy as np
import tokenizers
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


class PieceTokenizer:
    """Byte-pair encoding (Sennrich et al. 2016) over characters: frequent words become one token.

    Pieces stay within a word and the space before it, so that a text is its pieces end to end.
    """

    # A word with the space before it, or one character of any other kind.
    WORD = r" ?[A-Za-z']+|[^A-Za-z']"

    def __init__(self, merges: tokenizers.Tokenizer) -> None:
        self._merges = merges

    @classmethod
    def train(cls, text: str, alphabet: Iterable[str], vocab_size: int) -> "PieceTokenizer":
        """Merge the most frequent neighbours in `text` until there are `vocab_size` pieces.

        The pieces begin with the `alphabet`, so that what `text` lacks can be encoded too.
        """
        merges = tokenizers.Tokenizer(tokenizers.models.BPE())
        words = tokenizers.Regex(cls.WORD)
        merges.pre_tokenizer = tokenizers.pre_tokenizers.Split(words, "isolated")
        merges.decoder = tokenizers.decoders.Fuse()
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=vocab_size, initial_alphabet=sorted(alphabet), show_progress=False
        )
        merges.train_from_iterator([text], trainer)
        return cls(merges)

    @classmethod
    def from_json(cls, text: str) -> "PieceTokenizer":
        """The tokenizer that `to_json` wrote."""
        return cls(tokenizers.Tokenizer.from_str(text))

    def to_json(self) -> str:
        return str(self._merges.to_str(pretty=True))

    @property
    def vocab_size(self) -> int:
        return int(self._merges.get_vocab_size())

    @property
    def pieces(self) -> list[str]:
        """The piece of each id."""
        vocabulary = self._merges.get_vocab()
        return sorted(vocabulary, key=vocabulary.__getitem__)

    def encode(self, text: str) -> NDArray[np.int64]:
        """Token ids of `text`; `ValueError` names a character it does not have."""
        if unknown := sorted(set(text) - set(self._merges.get_vocab())):
            raise ValueError(f"the tokenizer has no character {unknown[0]!r}")
        return np.array(self._merges.encode(text).ids, dtype=np.int64)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`."""
        return str(self._merges.decode([int(i) for i in ids]))
