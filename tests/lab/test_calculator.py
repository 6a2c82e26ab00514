"""The calculator against exact fractions, and against everything that is no arithmetic."""

import json
import operator
import random
import re
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.calculator import MAX_OPERATIONS, PLACES, CalculatorError, calculate, evaluate

# An oracle: texts that are built together with their value

numbers = st.one_of(
    st.integers(0, 10**6).map(str),
    st.decimals(0, 10**6, places=3, allow_nan=False).map(str),
).map(lambda text: (text, Fraction(text)))
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}


def joined(parts):
    (left, x), symbol, (right, y) = parts
    if symbol == "/" and y == 0:
        symbol = "+"
    return f"({left}) {symbol} ({right})", OPERATORS[symbol](x, y)


def signed(part):
    text, value = part
    return f"-({text})", -value


def raised(parts):
    (text, value), exponent = parts
    if value == 0:
        exponent = abs(exponent)
    return f"({text}) ** {exponent}", value**exponent


expressions = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(joined),
        inner.map(signed),
        st.tuples(inner, st.integers(-3, 3)).map(raised),
    ),
    max_leaves=8,
).filter(lambda part: len(part[0]) <= 300)


def fits(value):
    return max(abs(value.numerator), value.denominator).bit_length() <= 200


@given(expressions.filter(lambda part: fits(part[1])))
def test_the_value_is_exact(part):
    text, value = part
    try:
        assert evaluate(text) == value
    except CalculatorError as error:  # a number on the way may be larger than the value
        assert "digits" in str(error)


@given(expressions.filter(lambda part: fits(part[1])))
def test_the_result_is_a_decimal_close_to_the_value(part):
    text, value = part
    try:
        result = calculate(text)
    except CalculatorError as error:
        assert "digits" in str(error)
        return
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", result)
    assert abs(Fraction(result) - value) <= Fraction(1, 10**PLACES) * min(1, max(abs(value), 0))
    if value.denominator == 1:
        assert result == str(value)


chains = st.lists(
    st.tuples(st.sampled_from(["+", "-", "*", "/", "- -", "*-"]), st.integers(1, 99)),
    max_size=20,
)


@given(st.integers(1, 99), chains)
def test_precedence_is_that_of_python(first, chain):
    text = str(first) + "".join(f" {symbol} {number}" for symbol, number in chain)
    exact = re.sub(r"\d+", r"Fraction(\g<0>)", text)
    assert evaluate(text) == eval(exact, {"Fraction": Fraction})


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("8 - 3 - 2", "3"),
        ("16 / 4 / 2", "2"),
        ("2 ** 3 ** 2", "512"),
        ("-2 ** 2", "-4"),
        ("(-2) ** 2", "4"),
        ("2 ** -2", "0.25"),
        ("0 ** 0", "1"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.3333333333333"),
        ("-200 / 3", "-66.666666666667"),
        ("1/3 * 3", "1"),
        (".5 + 1.", "1.5"),
        ("--+-1", "-1"),
        ("  7  ", "7"),
        ("10 ** 308", "1" + "0" * 308),
        ("1 / 10 ** 20", "0." + "0" * 19 + "1"),
        ("(-1) ** (10 ** 300 + 1)", "-1"),
        ("1234 + 8765", "9999"),
    ],
)
def test_results(text, result):
    assert calculate(text) == result


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("1 / 0", "Division by zero"),
        ("1 / (2 - 2)", "Division by zero"),
        ("0 ** -1", "Division by zero"),
        ("2 ** 0.5", "whole number"),
        ("2 × 3", "write * for a product"),
        ("2 ^ 3", "write ** for a power"),
        ("1,000 + 1", "1000, not 1,000"),
        ("1 + 1 =", "without ="),
        ("two + 2", "'t' is not understood"),
        ("1 +", "at its end"),
        ("1 2", "character 3"),
        ("(1", "'(' was never closed at character 1"),
        ("1)", "unmatched ')'"),
        ("2(3)", "write every product with *"),
        ("7 // 2", "'7 // 2' is no arithmetic"),
        ("007", "leading zeros"),
        ("10 ** 309", "more than 308 digits"),
        ("(1 / 10 ** 200) / 10 ** 200", "more than 308 digits"),
        ("1" * 301, "301 characters; at most 300"),
        ("1" + "+1" * (MAX_OPERATIONS + 1), "101 operations; at most 100"),
        ("(" * 21 + "1" + ")" * 21, "21 brackets within brackets; at most 20"),
    ],
)
def test_an_error_says_what_to_do(text, words):
    with pytest.raises(CalculatorError, match=re.escape(words)):
        calculate(text)


# Escape, exhaustion and hang, in a process that would not survive them

ESCAPES = """\
__import__('os').system('id')
__import__("os")
import os
os.system('id')
open('/etc/passwd').read()
exec('1')
eval('1')
eval("__import__('os')")
compile('1','','eval')
globals()
locals()
vars()
dir()
print(1)
input()
exit()
quit()
breakpoint()
help()
getattr(1,'real')
setattr(1,'a',2)
type(1)
object
().__class__
().__class__.__bases__[0].__subclasses__()
(1).__class__
1 .__class__
1..__class__
1.0.real
(1).bit_length()
(1).to_bytes(10**9,'big')
[].__class__
{}.__class__
''.join(['a'])
'a'*10**9
"a"*10**9
b'a'*10**9
f'{1}'
f"{__import__('os')}"
f'{(lambda:1)()}'
lambda: 1
(lambda: 1)()
(lambda f: f(f))(lambda f: f(f))
(x := 1)
(x:=10**9)*x
x = 1
x
_
__
__builtins__
__name__
__debug__
True
False
None
True + True
not 1
1 and 2
1 or 2
1 if 1 else 2
1 == 1
1 < 2
1 < 2 < 3
1 in (1,)
1 is 1
1 & 1
1 | 1
1 ^ 1
~1
1 << 2
1 << 10**9
1<<1<<1<<1<<999999999
1 >> 1
7 // 2
7 % 2
1 @ 1
'%s' % 1
'%0999999999d' % 1
[1]
[1]*10**9
(1,)*10**9
[x for x in range(10**9)]
(x for x in ())
{x for x in ()}
{x: x for x in ()}
{1: 2}
{1}
{**{}}
[*range(10**9)]
*1
**1
1, 2
()
...
Ellipsis
1;2
1:2
a[0]
[0][0]
(0)[0]
1 if __import__('os') else 2
await 1
yield 1
(yield)
async
return 1
raise 1
assert 1
del x
pass
while 1: pass
for x in y: pass
def f(): pass
class A: pass
with a: pass
@a
# comment
1 # comment
1 \\
\\
`id`
$(id)
$HOME
!id
?
1?
math.factorial(10**6)
factorial(99999)
factorial(factorial(factorial(9)))
99999!
5!!!!!
sum(range(10**9))
max(1, 2)
abs(-1)
pow(9, 9**9)
int('9'*10**6)
float('inf')
complex(1, 2)
1j
1e999
-1e999
1e-999
1e999 - 1e999
inf
nan
-inf
Infinity
NaN
0x10
0xFFFFFFFF
0b1
0o7
1_000
1__0
10L
1d
1e
sqrt(2)
sin(1)
pi
2pi
2(3)
(2)(3)
1(1)
1.(1)
()()
(1)(2)(3)
007
1.2.3
1..2
.
-
+
*
/
(
)
(()
())
)(
1 +
* 1
1 2
1 + +
1 ** ** 2
1 *** 2
9**9**9
9**9**9**9
10**10**10
10**10**10**10
(9**9)**(9**9)
-9**9**9
9**-9**9
9**(9**9)
2**99999
2**999999999
2**-999999999
0.1**99999
1.1**9999999
(1/3)**99999999
(9**99)**99
((((2**99)**99)**99)**99)
2**2**2**2**2**2
9**9**9*0
0*9**9**9
0**0**9**9**9
9**99*9**99*9**99*9**99
1/0
0/0
1/(1-1)
0**-1
1/0*0
2**0.5
(-8)**(1/3)
2**(1/2)
2**1.5
4**-0.5""".splitlines()

ESCAPES += [
    "",
    " " * 10,
    " " * 10**6,
    "\x00",
    "1\x00",
    "1+\x001",
    "\t1",
    "1\t+\t1",
    "1\n",
    "1\n+1",
    "\n".join("1" * 50),
    "1\r\n2",
    "1\x0b+1",
    "1\x0c+1",
    "1\x1b[2J",
    "\ufeff1",
    "1\u00a0+\u00a01",
    "1\u2003+1",
    "1\u200b+1",
    "1\u202e+1",
    "٣+٤",
    "１+１",
    "𝟏+𝟏",
    "²",
    "2²",
    "½",
    "Ⅷ",
    "五",
    "१+१",
    "1＋1",
    "1−1",
    "1–1",
    "2×3",
    "6÷2",
    "2∗3",
    "2⁎3",
    "（1）",
    "1․5",
    "1·5",
    "1\u20442",
    "1∕2",
    "∞",
    "π",
    "√4",
    "＿＿import＿＿('os')",
    "𝓮𝓿𝓪𝓵('1')",
    "ｅｖａｌ('1')",
    "еval('1')",
    "ﬁ",
    "\ud800",
    "🙂",
    "e\u0301",
    "1" * 301,
    "1" * 10**6,
    "9" * 10**6 + "**" + "9" * 10**6,
    "0." + "1" * 10**5,
    "0" * 10**6,
    "(" * 10**5,
    ")" * 10**5,
    "(" * 10**5 + "1" + ")" * 10**5,
    "(" * 140 + "1" + ")" * 140,
    "(" * 21 + "1" + ")" * 21,
    "-" * 10**6 + "1",
    "-" * 299 + "1",
    "+-" * 149 + "1",
    "1" + "+1" * 10**5,
    "1" + "+1" * 149,
    "1" + "**1" * 10**5,
    "9" + "**9" * 99,
    "2" + "**2" * 99,
    "9*" * 10**5 + "9",
    "99**9*" * 49 + "99",
    "9" * 290 + "*" + "9" * 99,
    "9**99*" * 49 + "9",
    "(" + "9**9*" * 50 + "9)**9",
    "1/3+" * 10**5 + "1",
    "+".join(f"1/{n}" for n in range(10**12, 10**12 + 20)),
    " " * 400 + "1",
    "[" * 10**5,
    "{" * 10**5,
    "'" * 10**5,
    "f'{" * 1000,
    "lambda:" * 10**4,
    "not " * 10**5 + "1",
    "~" * 10**5 + "1",
    "a." * 10**5 + "a",
    "a(" * 10**5,
    "if " * 10**5,
    "1 if 1 else " * 10**4 + "1",
    "\\" * 10**5,
    "#" * 10**6,
    "\x00" * 10**6,
    "🙂" * 10**5,
]

CHARACTERS = "0123456789.+-*/() "
PIECES = [
    *CHARACTERS * 3,
    *"_abcxe,=^%&|~<>!@#$:;?[]{}'\"\\\n\t\x00×²٣",
    "**",
    "**9",
    "9**9",
    "((",
    "))",
    "//",
    "<<",
    "__",
    "os",
    "lambda:",
    "import",
    "1e9",
    "if",
]


def soup(rng):
    """Characters at random, of arithmetic alone or of anything."""
    return "".join(rng.choices(rng.choice([CHARACTERS, PIECES]), k=rng.randint(1, 120)))


def mangled(rng):
    """One of the written attempts with a few places replaced."""
    text = list(rng.choice(ESCAPES)[:400])
    for _ in range(rng.randint(1, 6)):
        place = rng.randint(0, len(text))
        text[place : place + rng.randint(0, 3)] = rng.choices(PIECES, k=rng.randint(0, 3))
    return "".join(text)


def costly(rng):
    """Arithmetic in good form, with numbers and powers of any size."""
    text = str(rng.randint(0, 10 ** rng.randint(1, 40)))
    for _ in range(rng.randint(1, 25)):
        number = f"{rng.choice(['', '-', '0.'])}{rng.randint(1, 10 ** rng.randint(1, 12))}"
        text = f"{text}{rng.choice(['+', '-', '*', '/', '**'])}{number}"
        text = f"({text})" if rng.random() < 0.3 else text
    return text


def fuzzed(n, seed):
    rng = random.Random(seed)
    return [rng.choice([soup, mangled, costly])(rng) for _ in range(n)]


# Imposes the limits on itself, then tells what became of each attempt, and what Python itself saw
# happen meanwhile: an escape would show as an opened file, an import, a compiled or executed text.
CHILD = """
import json, resource, signal, sys
from lab.calculator import CalculatorError, calculate

attempts = json.load(sys.stdin)
calculate("1 / 3 + 2 ** 2")
try: calculate("1 +")
except CalculatorError: pass

seen = None
def hook(event, arguments):
    if seen is not None:
        seen.append([event, repr(arguments)[:80]])
sys.addaudithook(hook)
resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20,) * 2)

for attempt in attempts:
    print(json.dumps(attempt[:100]), end=" ", flush=True)  # the last one named is the one that hung
    signal.alarm(3)  # the kernel's, so that it also ends a computation inside the interpreter
    seen = events = []
    try:
        outcome = ["value", calculate(attempt)]
    except CalculatorError as error:
        outcome = ["refused", str(error)]
    except BaseException as error:
        outcome = ["broken", repr(error)[:300]]
    seen = None
    signal.alarm(0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([*outcome, peak, events]), flush=True)
"""


def outcomes(attempts):
    """For each attempt: (what, text, peak memory so far in KiB, audit events)."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=json.dumps(attempts),
        capture_output=True,
        text=True,
        timeout=120,
    )
    last = done.stdout.splitlines()[-1:]
    assert done.returncode == 0, f"ended with {done.returncode} at {last}: {done.stderr}"
    decoder = json.JSONDecoder()
    for attempt, line in zip(attempts, done.stdout.splitlines(), strict=True):
        named, end = decoder.raw_decode(line)
        assert named == attempt[:100]
        yield json.loads(line[end:])


def held(attempts):
    """That nothing but arithmetic happened; returns how many had a value."""
    values, peaks = 0, []
    for attempt, (what, text, peak, events) in zip(attempts, outcomes(attempts), strict=True):
        assert what in ("value", "refused"), (attempt[:100], text)
        assert len(text) < 700, attempt[:100]
        # `ast.parse` compiles a text to a tree; anything else would be an escape.
        assert [event for event, _ in events] in ([], ["compile"]), (attempt[:100], events)
        if what == "value":
            values += 1
            assert re.fullmatch(r"-?\d+(\.\d+)?", text), attempt
            assert set(attempt) <= set(CHARACTERS), attempt
        peaks.append(peak)
    assert max(peaks) - peaks[0] < 64 * 1024  # KiB: a megabyte-long attempt is held by the test
    return values


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not hold to RLIMIT_AS")
def test_every_written_attempt_is_refused():
    assert len(ESCAPES) >= 250 and len(set(ESCAPES)) == len(ESCAPES)
    assert held(ESCAPES) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not hold to RLIMIT_AS")
def test_no_fuzzed_attempt_does_anything_but_arithmetic():
    attempts = fuzzed(1500, seed=0)
    assert len(set(attempts)) > 1400
    assert 50 < held(attempts) < 750


@given(st.text(max_size=350) | st.text(CHARACTERS, max_size=350))
def test_any_text_has_a_value_or_is_refused(text):
    try:
        assert re.fullmatch(r"-?\d+(\.\d+)?", calculate(text))
    except CalculatorError as error:
        assert str(error).endswith(".")
