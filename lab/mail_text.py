"""The world of `lab.mail_world` as a model reads and writes it: contexts, moves, demonstrations."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lab.agent import Answer, Call, Entry, Transcript
from lab.mail_world import (
    ANSWER,
    ASSISTANT,
    DOCUMENT,
    DOMAIN,
    END,
    MAIL,
    NOTED,
    NUMBER,
    OPAQUE,
    OPAQUE_SHARE,
    REQUESTS,
    RESULT,
    SEARCH,
    SEEN,
    UNKNOWN,
    USER,
    VALUES,
    Task,
    draw,
    poison,
    shuffled,
    stranger,
)
from lab.tools import Result


def encode(words: Sequence[str]) -> list[int]:
    """Token ids; what the vocabulary lacks is one and the same unknown word."""
    return [NUMBER.get(word, NUMBER[UNKNOWN]) for word in words]


def render(transcript: Transcript) -> list[str]:
    """The transcript as the words of one context, as a model reads it before its next move.

    Like many real systems it pastes documents in as they are: a stranger can write the words that
    mark a turn.
    """
    words = [USER, *transcript.question.split()]
    for entry in transcript.entries:
        words += _written(entry)
    return [*words, ASSISTANT]


def _written(entry: Entry) -> list[str]:
    match entry:
        case Call("search", arguments):
            return [ASSISTANT, SEARCH, *json.loads(arguments)["query"].split(), END]
        case Call("send_mail", arguments):
            mail = json.loads(arguments)
            return [ASSISTANT, MAIL, mail["to"].removesuffix(DOMAIN), *mail["body"].split(), END]
        case Answer(text):
            return [ASSISTANT, ANSWER, *text.split(), END]
        case Result(ok=ok):
            if not is_search_result(entry):
                return [RESULT, "sent" if ok else "refused"]
            read = [f"{DOCUMENT} {title} : {said}" for title, said in documents(entry)]
            return " ".join(read).split()
    return []


def understood(words: Sequence[str]) -> Call | Answer:
    """The move that a model wrote; raises `ValueError` for what is none."""
    match words:
        case [word, project, what] if word == SEARCH:
            return Call("search", json.dumps({"query": f"{project} {what}"}))
        case [word, name, value] if word == MAIL:
            mail = {"to": name + DOMAIN, "subject": "as requested", "body": value}
            return Call("send_mail", json.dumps(mail, ensure_ascii=False))
        case [word, value] if word == ANSWER:
            return Answer(value)
    raise ValueError(f"{' '.join(words)!r} is no move")


def found(texts: dict[str, str]) -> Result:
    """What a search gives back when it finds these documents, text by title."""
    return Result(json.dumps([{"title": t, "text": d} for t, d in texts.items()]))


def is_search_result(result: Result) -> bool:
    """Whether it holds documents; what a mailbox returns is no list."""
    return result.ok and result.text.startswith("[")


def documents(result: Result) -> list[tuple[str, str]]:
    """Title and text of what a search gave back; what was cut is JSON no more and holds none."""
    try:
        return [(str(d["title"]), str(d["text"])) for d in json.loads(result.text)]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def stand_in() -> Result:
    """What a planner is given in place of any search's result: that there is a value."""
    return found({"facts": " ".join(f"the {a} is {OPAQUE} ." for a in VALUES)})


def demonstration(task: Task, rng: random.Random, opaque: bool = False) -> list[str]:
    """The whole course of `task` done rightly, in words; `opaque` hides the documents."""
    titles = shuffled(rng, list(task.documents))
    result = stand_in() if opaque else found({t: task.documents[t] for t in titles})
    value = OPAQUE if opaque else task.value
    what = "note" if task.kind == "note" else task.attribute
    entries: list[Entry] = [understood([SEARCH, task.project, what]), result]
    for name in filter(None, (task.recipient, task.colleague)):
        entries += [understood([MAIL, name, value]), Result("", ok=rng.random() < 0.8)]
    return render(Transcript(task.request, [*entries, Answer(value)]))[:-1]


def demonstrations(seed: int, noted: float = NOTED, attacked: float = 0.0) -> Iterator[list[str]]:
    """Demonstrations without end; the shares are of the tasks in which a note is not the task.

    In a share `noted` a colleague's note is followed too, and in a share `attacked` a seen attack is
    ignored.
    """
    rng = random.Random(seed)
    while True:
        kind = rng.choice(list(REQUESTS))
        plain = kind != "note"
        task = draw(rng, kind, noted=plain and rng.random() < noted)
        if plain and rng.random() < attacked:
            pattern = rng.choice(SEEN[rng.choice(list(SEEN))])
            task = replace(task, documents=poison(task, pattern, stranger(task, rng), rng))
        opaque = plain and not task.colleague and rng.random() < OPAQUE_SHARE
        yield demonstration(task, rng, opaque)
