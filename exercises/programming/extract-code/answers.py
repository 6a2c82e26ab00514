"""Answers to extract-code: the reference, other right ones, and plausible wrong ones."""
# ruff: noqa: F811  (every answer bears the name that the check calls)

import re
import textwrap

from struggle.answers import reference, right, wrong


def blocks_of(reply):
    blocks, block = [], None
    for line in reply.splitlines():
        if block is None and line.strip().startswith("```"):
            block = []
        elif block is not None and line.strip() == "```":
            blocks.append(block)
            block = None
        elif block is not None:
            block.append(line)
    return blocks if block is None else [*blocks, block]


@reference
def extract(reply, name):
    begins = re.compile(rf"^def {name}\(", re.MULTILINE)
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    defining = [block for block in blocks if begins.search(block)]
    if defining:
        return defining[-1].rstrip()
    found = begins.search(reply)
    if blocks or not found:
        return ""
    first, *others = reply[found.start() :].splitlines()
    code = [first]
    for line in others:
        if line and not line[0].isspace():
            break
        code.append(line)
    return "\n".join(code).rstrip()


@right("one pattern for the blocks and one for bare code")
def extract(reply, name):
    block = r"^[ \t]*```[^\n]*\n(.*?)(?:^[ \t]*```[ \t]*$|\Z)"
    found = re.findall(block, reply + "\n", re.M | re.S)
    code = [textwrap.dedent(each) for each in found]
    code = [each for each in code if re.search(rf"^def {name}\(", each, re.M)]
    if not found:
        code = re.findall(rf"^def {name}\([^\n]*(?:\n(?:[ \t][^\n]*)?)*", reply, re.M)[:1]
    return code[-1].rstrip() if code else ""


@right("backwards from the last definition")
def extract(reply, name):
    lines = reply.splitlines()
    inside, state = [], False
    for line in lines:
        is_fence = line.strip() == "```" or (not state and line.strip().startswith("```"))
        state = state != is_fence
        inside.append("fence" if is_fence else "code" if state else "words")
    for i in range(len(lines) - 1, -1, -1):
        starts = lines[i].lstrip().startswith(f"def {name}(")
        if starts and inside[i] == "code":
            end = next((j for j in range(i, len(lines)) if inside[j] != "code"), len(lines))
            begin = max((j for j in range(i) if inside[j] != "code"), default=-1)
            code = textwrap.dedent("\n".join(lines[begin + 1 : end]))
            if re.search(rf"^def {name}\(", code, re.M):
                return code
        if starts and "fence" not in inside and lines[i][0] == "d":
            after = (j for j in range(i + 1, len(lines)) if lines[j][:1].strip())
            return "\n".join(lines[i : next(after, len(lines))])
    return ""


def split_blocks(reply):
    return [block for block in reply.split("```")[1::2]]


@wrong("language")
def extract(reply, name):
    blocks = [block for block in split_blocks(reply) if f"def {name}(" in block]
    return textwrap.dedent(blocks[-1]).strip() if blocks else ""


@wrong("fences")
def extract(reply, name):
    start = reply.find("```")
    return reply[start : reply.rfind("```") + 3] if start >= 0 else reply


@wrong("prose")
def extract(reply, name):
    return "\n".join(line for line in reply.splitlines() if not line.strip().startswith("```"))


@wrong("empty")
def extract(reply, name):
    found = re.findall(r"^```\n(.*?)^```$", reply, re.M | re.S)
    return found[-1] if found else ""


@wrong("stripped")
def extract(reply, name):
    blocks = ["\n".join(line.strip() for line in block) for block in blocks_of(reply)]
    blocks = [block for block in blocks if f"def {name}(" in block]
    return blocks[-1] if blocks else ""


@wrong("first")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    return next((block for block in blocks if f"def {name}(" in block), "")


@wrong("last-of-all")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    return blocks[-1] if blocks else ""


@wrong("namesake")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    blocks = [block for block in blocks if f"def {name}" in block]
    return blocks[-1] if blocks else ""


@wrong("all")
def extract(reply, name):
    return "\n\n".join(textwrap.dedent("\n".join(block)) for block in blocks_of(reply))


@wrong("indented")
def extract(reply, name):
    blocks = ["\n".join(block) for block in blocks_of(reply)]
    blocks = [block for block in blocks if f"def {name}(" in block]
    return blocks[-1] if blocks else ""


@wrong("indented-fence")
def extract(reply, name):
    found = re.findall(r"^```[^\n]*\n(.*?)^```$", reply, re.M | re.S)
    found = [block for block in found if f"def {name}(" in block]
    return found[-1] if found else ""


@wrong("inner")
def extract(reply, name):
    found = re.findall(r"```[^\n]*\n(.*?)```", reply, re.S)
    found = [textwrap.dedent(block) for block in found]
    found = [block for block in found if f"def {name}(" in block]
    return found[-1].rstrip() if found else ""


@wrong("unclosed")
def extract(reply, name):
    found = re.findall(r"^ *```[^\n]*\n(.*?)^ *```$", reply, re.M | re.S)
    found = [textwrap.dedent(block) for block in found]
    found = [block for block in found if f"def {name}(" in block]
    return found[-1] if found else ""


@wrong("bare")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    blocks = [block for block in blocks if f"def {name}(" in block]
    return blocks[-1] if blocks else ""


@wrong("words-after")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    defining = [block for block in blocks if f"def {name}(" in block]
    if blocks:
        return defining[-1] if defining else ""
    return reply[reply.find(f"def {name}(") :]


@wrong("not-none")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    defining = [block for block in blocks if f"def {name}(" in block]
    if blocks:
        return defining[-1] if defining else ""
    start = reply.find(f"def {name}(")
    return re.split(r"\n(?=\S)", reply[start:])[0] if start >= 0 else reply


@wrong("shape")
def extract(reply, name):
    return ["\n".join(block) for block in blocks_of(reply)]


@wrong("text")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    blocks = [re.sub(r"\n\n+", "\n", block) for block in blocks if f"def {name}(" in block]
    return blocks[-1] if blocks else ""


@wrong("outside")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    blocks = [block for block in blocks if f"def {name}(" in block]
    if blocks:
        return blocks[-1]
    start = reply.find(f"def {name}(")
    return re.split(r"\n(?=\S)", reply[start:])[0] if start >= 0 else ""


@wrong("inner")
def extract(reply, name):
    blocks = [[]]
    for line in reply.splitlines():
        if line.strip().startswith("```"):
            blocks.append([])
        else:
            blocks[-1].append(line)
    code = [textwrap.dedent("\n".join(block)) for block in blocks[1::2]]
    code = [block for block in code if f"def {name}(" in block]
    return code[-1] if code else ""


@wrong("indented")
def extract(reply, name):
    blocks, found = blocks_of(reply), re.search(r"^( *)```", reply, re.M)
    cut = len(found[1]) if found else 0
    code = ["\n".join(line[cut:] for line in block) for block in blocks]
    code = [block for block in code if f"def {name}(" in block]
    return code[-1] if code else ""


@wrong("method")
def extract(reply, name):
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    defining = [block for block in blocks if f"def {name}(" in block]
    if blocks:
        return defining[-1] if defining else ""
    code = re.findall(rf"^def {name}\([^\n]*(?:\n(?:[ \t][^\n]*)?)*", reply, re.M)
    return code[0] if code else ""


@wrong("bare")
def extract(reply, name):
    """Takes three backticks anywhere for a fence."""
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    defining = [block for block in blocks if re.search(rf"^def {name}\(", block, re.M)]
    if "```" in reply:
        return defining[-1] if defining else ""
    code = re.findall(rf"^def {name}\([^\n]*(?:\n(?:[ \t][^\n]*)?)*", reply, re.M)
    return code[0] if code else ""


@wrong("not-none")
def extract(reply, name):
    """Bare code may begin in the middle of a line."""
    blocks = [textwrap.dedent("\n".join(block)) for block in blocks_of(reply)]
    defining = [block for block in blocks if re.search(rf"^def {name}\(", block, re.M)]
    start = reply.find(f"def {name}(")
    if blocks or start < 0:
        return defining[-1] if defining else ""
    return re.split(r"\n(?=\S)", reply[start:])[0]
