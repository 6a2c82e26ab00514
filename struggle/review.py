"""The prompt of the AI stage: it asks for questions and doubts about finished work, not for help.

The page fills the same template in JavaScript, hence plain placeholders and one pass.
"""

import re
from collections.abc import Iterable

from struggle.catalog import Exercise
from struggle.display import code_block, without_roles
from struggle.log import Event

TEMPLATE = """\
I have worked on an exercise by myself, and I want to find out what I understood.
Please review my answer as a critical reader. I am not asking for help.

Give me exactly three things:
1. Two questions that would show whether I understood what I did. Do not answer them.
2. One weakness of my code, in one or two sentences.
3. One input for which that weakness matters, as a line of Python, with what my code returns \
and what it ought to return.

Do not rewrite my code, and do not show any other solution, not even in part.
Where you are unsure, say so. If you find no weakness, say that, and do not invent one.
Use short, plain sentences, under 200 words in all, and no praise.

# The exercise: {{title}}

{{statement}}

# My code

{{code}}

# What the check said

{{verdicts}}

# What I predicted before I ran anything

{{guess}}
"""

VERIFY = """\
Now review the reviewer: a model sounds the same when it is right and when it is not.
First answer its two questions in your own words.
Then take what it asserted, one thing at a time. Write it down as a claim, with a Python \
expression that is true only if the claim holds, and run it.
What no test can settle, look up, or leave as an opinion."""


def history(events: Iterable[Event]) -> str:
    """One line for each attempt among `events`, which stand in order of time; "" if there is none.

    For instance `attempt 1: not yet, one-axis (2 of 3)`; an untouched starter is no attempt.
    """
    checks = [
        event for event in events if event["event"] == "check" and event["message"] != "not-started"
    ]
    return "\n".join(f"attempt {number}: {_outcome(each)}" for number, each in enumerate(checks, 1))


def prompt(exercise: Exercise, code: str | None, verdicts: str, guess: str | None) -> str:
    """The template filled for one learner; what they wrote stays as it is, braces and all."""
    values = {
        "title": exercise.title,
        "statement": without_roles(exercise.statement),
        "code": code_block(code) if code else "(no code kept)",
        "verdicts": verdicts or "(none)",
        "guess": guess or "(none)",
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], TEMPLATE)


def _outcome(check: Event) -> str:
    state = "passed" if check["passed"] else f"not yet, {check['message']}"
    return state + (f" ({check['done']} of {check['total']})" if check["total"] else "")
