"""What a real small model answers, alone and with a tool's result before it: SmolLM2-135M-Instruct.

Capitals of large countries and of small territories, capitals of countries that do not exist, and
sums.  The tools are the book's own.  A verdict comes from a fixed rule on the words of the answer.
"""

import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from lab.calculator import CalculatorError, calculate
from lab.results import Experiment
from lab.sampling import sample
from lab.smollm2 import load_smollm2, load_tokenizer
from lab.tools import CALCULATOR, ToolError, check, search_tool


def _pairs(text: str) -> dict[str, str]:
    """Capitals by place, from `place: capital, place: capital`."""
    return dict(pair.split(": ") for pair in text.split(", "))


LARGE = _pairs(
    "China: Beijing, India: New Delhi, the United States: Washington, Indonesia: Jakarta, "
    "Pakistan: Islamabad, Nigeria: Abuja, Brazil: Brasília, Bangladesh: Dhaka, Russia: Moscow, "
    "Mexico: Mexico City, Japan: Tokyo, Ethiopia: Addis Ababa, the Philippines: Manila, Egypt: "
    "Cairo, Vietnam: Hanoi, Iran: Tehran, Turkey: Ankara, Germany: Berlin, Thailand: Bangkok, "
    "the United Kingdom: London, France: Paris, Italy: Rome, Kenya: Nairobi, Spain: Madrid"
)
SMALL = _pairs(
    "Niue: Alofi, Saint Helena: Jamestown, the Falkland Islands: Stanley, the Faroe Islands: "
    "Tórshavn, Greenland: Nuuk, Anguilla: The Valley, the Cayman Islands: George Town, the "
    "Turks and Caicos Islands: Cockburn Town, Guam: Hagåtña, American Samoa: Pago Pago, the "
    "Cook Islands: Avarua, Wallis and Futuna: Mata-Utu, French Polynesia: Papeete, New "
    "Caledonia: Nouméa, Mayotte: Mamoudzou, Norfolk Island: Kingston, Christmas Island: Flying "
    "Fish Cove, the Pitcairn Islands: Adamstown, the Isle of Man: Douglas, Jersey: Saint "
    "Helier, Guernsey: Saint Peter Port, Aruba: Oranjestad, Curaçao: Willemstad, Sint Maarten: "
    "Philipsburg"
)
INVENTED = (
    "Avendria Bolvania Cathmor Dravenia Elsinia Fallowmark Gorvania Halvoria Istrovia Jarrowick "
    "Kelvania Lormandy Morvath Nordunia Ostrelia Pelhavia Quorland Rethania Sorvenia Tarkovia "
    "Ulmaria Vestonia Wendoria Zarkania"
).split()
N_SUMS = 24
KINDS = ("large countries", "small territories", "invented countries", "3 digits", "4 digits")
LONGEST_ANSWER = 48  # tokens
MANNERS = "Answer in a few words, or say that you do not know."
# Words that say that the answer is not known, not there or not sure.
ABSTENTION = re.compile(
    r"(not|n't) (know|known|sure|provided|given|available|found|exist)\b|unknown|no information"
    r"|no results?|found nothing|unable|cannot|can't"
)


@dataclass(frozen=True)
class Asked:
    """A question, its right answer ("" if there is none) and the result of the tool for it."""

    kind: str
    question: str
    expected: str
    result: str


def questions() -> list[Asked]:
    """All questions, kind after kind."""
    capitals = {"large countries": LARGE, "small territories": SMALL}
    capitals["invented countries"] = dict.fromkeys(INVENTED, "")
    documents = {p: f"The capital of {p} is {c}." for p, c in (LARGE | SMALL).items()}
    search = search_tool(documents, n=1).function
    asked = [
        Asked(
            kind,
            f"What is the capital of {place}?",
            capital,
            f"A search found: {json.dumps(search(query=_bare(place)), ensure_ascii=False)}",
        )
        for kind, places in capitals.items()
        for place, capital in places.items()
    ]
    return asked + [_sum(random.Random(100 * d + i), d) for d in (3, 4) for i in range(N_SUMS)]


def _bare(place: str) -> str:
    return place.removeprefix("the ")


def _sum(rng: random.Random, digits: int) -> Asked:
    a, b = (rng.randrange(10 ** (digits - 1), 10**digits) for _ in range(2))
    value = calculate(f"{a} + {b}")
    return Asked(
        f"{digits} digits",
        f"What is {a} + {b}?",
        value,
        f"A calculator says that {a} + {b} = {value}.",
    )


def verdict(answer: str, expected: str) -> str:
    """`correct` if the right answer stands in it as a whole word; else `abstained` or `wrong`."""
    said = _plain(answer)
    if expected and re.search(rf"(?<!\w){re.escape(_plain(expected))}(?!\w)", said):
        return "correct"
    return "abstained" if ABSTENTION.search(said) else "wrong"


def _plain(text: str) -> str:
    """Small letters without accents, digits without the commas between them."""
    letters = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return re.sub(r"(?<=\d),(?=\d)", "", bare)


def replies(prompts: Sequence[str]) -> list[str]:
    """SmolLM2's likeliest reply to each user's message; those of one length go together."""
    model, tokenizer = load_smollm2(), load_tokenizer()
    by_length = defaultdict(list)
    asked = [tokenizer.ask(prompt) for prompt in prompts]
    for i, tokens in enumerate(asked):
        by_length[tokens.shape[1]].append(i)
    texts = [""] * len(prompts)
    for numbers in by_length.values():
        batch = torch.cat([asked[i] for i in numbers])
        drawn = sample(model, batch, LONGEST_ANSWER, temperature=0, end=tokenizer.end, seed=0)
        for i, ids in zip(numbers, drawn.tolist(), strict=True):
            texts[i] = tokenizer.decode(id for id in ids if id != tokenizer.end).strip()
    return texts


@dataclass(frozen=True)
class Reply:
    """A reply; `help` says whether the tool's result stood in the prompt."""

    kind: str
    help: str
    question: str
    expected: str
    answer: str
    verdict: str


def answer_questions(help: str) -> list[Reply]:
    """Every question, "alone" or with the tool's "result" before it."""
    asked = questions()
    results = [f"{a.result}\n" if help == "result" else "" for a in asked]
    prompts = [f"{r}{a.question} {MANNERS}" for r, a in zip(results, asked, strict=True)]
    return [
        Reply(a.kind, help, a.question, a.expected, text, verdict(text, a.expected))
        for a, text in zip(asked, replies(prompts), strict=True)
    ]


INSTRUCTION = (
    "You can use this tool: {tool}\n"
    'To use it, reply with nothing but JSON such as {{"name": "...", "arguments": {{...}}}}.\n'
)
EXAMPLE = (
    'For example, to "What is 12 * 7?" reply '
    '{"name": "calculator", "arguments": {"expression": "12 * 7"}}\n'
)
TOLD = ("schema", "schema and example")
STAGES = ("no JSON", "no call of the tool", "wrong arguments", "wrong sum", "right call")


@dataclass(frozen=True)
class Attempt:
    """A tool call that the model wrote by itself, and the `stage` of `STAGES` that it reached.

    From "wrong sum" on the call is valid: its arguments fit the tool's schema.
    """

    kind: str
    told: str
    question: str
    expected: str
    answer: str
    stage: str


def stage(answer: str, expected: str) -> str:
    """How far the first JSON object in `answer` goes towards a call that gives `expected`."""
    try:
        written, _ = json.JSONDecoder().raw_decode(answer, answer.index("{"))
    except (ValueError, RecursionError):
        return STAGES[0]
    if written.get("name") != CALCULATOR.name:
        return STAGES[1]
    try:
        check(CALCULATOR, written.get("arguments"))
        value = calculate(written["arguments"]["expression"])
    except ToolError:
        return STAGES[2]
    except CalculatorError:
        return STAGES[3]
    return STAGES[4] if value == expected else STAGES[3]


def write_calls(told: str) -> list[Attempt]:
    """The sums again, with the calculator described and no result."""
    asked = [a for a in questions() if a.kind.endswith("digits")]
    tool = {
        "name": CALCULATOR.name,
        "description": CALCULATOR.description,
        "parameters": CALCULATOR.parameters,
    }
    instruction = INSTRUCTION.format(tool=json.dumps(tool))
    example = EXAMPLE if told == "schema and example" else ""
    return [
        Attempt(a.kind, told, a.question, a.expected, text, stage(text, a.expected))
        for a, text in zip(
            asked, replies([instruction + example + a.question for a in asked]), strict=True
        )
    ]


EXPERIMENTS = [
    Experiment(
        "smollm2-questions",
        answer_questions,
        [{"help": help} for help in ("alone", "result")],
        "Capitals and sums put to SmolLM2, alone and with a tool's result in the prompt, greedy.",
    ),
    Experiment(
        "smollm2-calls",
        write_calls,
        [{"told": told} for told in TOLD],
        "Calls of the calculator that SmolLM2 writes when it is told of the tool, greedy.",
    ),
]
