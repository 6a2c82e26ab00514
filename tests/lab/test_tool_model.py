"""The tool model: what it learns from, its two ways of running, its examiners, and the results."""

import json

import pytest
import torch

from lab import tool_lies, tool_model, tool_runs
from lab.agent import Answer, Call, Stop, Transcript, run
from lab.facts import END, KINDS, UNKNOWN, decode, encode, examination, lying, search, world
from lab.results import load
from lab.tool_lies import agreeing, be_lied_to, lie, unless_objected
from lab.tool_model import (
    BUDGET,
    CONFIG,
    VARIANTS,
    OwnMovesTrainer,
    agent,
    converse,
    own_loss,
    rows,
    spelled,
    train,
    transcripts_of,
)
from lab.tool_runs import examine, pooled, verdict
from lab.tools import CALCULATOR, Result
from lab.training import Recipe
from lab.transformer import Transformer

WORLD = world(0)
EXAM = examination(WORLD, seed=0)
TOOLS = [CALCULATOR, search(WORLD.documents)]
SAMPLE = EXAM[::45]


def conversations(name, steps=2):
    return transcripts_of(WORLD, 0, VARIANTS[name], steps)


def own_texts(transcript):
    tokens, own = spelled(transcript)
    return decode([t for t, mine in zip(tokens, own, strict=True) if mine])


@pytest.fixture
def brief(monkeypatch):
    monkeypatch.setattr(tool_model, "STEPS", 8)


@pytest.fixture(scope="module")
def scripted():
    """A random model still makes moves: answers, calls and nonsense."""
    return Transformer(CONFIG, seed=1)


# What is learned


def test_only_the_models_own_moves_are_learned():
    call = Call("search", json.dumps({"query": "belcor"}))
    found = json.dumps([{"title": "belcor", "text": "flag red, trade smith"}])
    transcript = Transcript("belcor flag?", [call, Result(found), Answer("red")])
    assert own_texts(transcript) == "searchbelcor.red."
    assert decode(spelled(transcript)[0]) == (
        "belcorflag?searchbelcor.belcorflagredtradesmith.red."
    )


def test_a_sum_and_an_empty_result_and_an_error_are_spelled():
    call = Call("calculator", json.dumps({"expression": "12+30"}))
    assert own_texts(Transcript("12+30?", [call, Result("42"), Answer("42")])) == (
        "calculator12+30.42."
    )
    nothing = [Call("search", '{"query": "belcor"}'), Result("[]")]
    assert decode(spelled(Transcript("belcor flag?", nothing))[0]).endswith("searchbelcor..")
    failed = Transcript("1+1?", [call, Result("the expression is empty", ok=False)])
    assert decode(spelled(failed)[0]).endswith("calculator12+30..")


def test_the_loss_is_blind_to_the_question_and_to_results():
    tokens, own = rows(conversations("tools"))
    model = Transformer(CONFIG, 0)
    for weight in model.parameters():
        weight.data.normal_(std=0.2, generator=torch.Generator().manual_seed(0))
    logits = model(tokens[:, :-1]).detach().requires_grad_()
    own_loss(logits, tokens[:, 1:], own[:, 1:]).backward()
    graded = logits.grad.abs().sum(-1) > 0
    assert torch.equal(graded, own[:, 1:]) and 0 < graded.double().mean() < 0.7


def test_a_trainer_pairs_every_row_with_its_mask():
    tokens, own = rows(conversations("tools"))
    recipe = Recipe(lr=1e-3, batch_size=8, context=tokens.shape[1])
    trainer = OwnMovesTrainer(Transformer(CONFIG, 0), tokens, own, recipe, 0)
    known = {tuple(row): mask for row, mask in zip(tokens.tolist(), own.tolist(), strict=True)}
    inputs, targets = trainer.batch(0)
    _, mine = trainer.own(0)
    for first, rest, mask in zip(inputs.tolist(), targets.tolist(), mine.tolist(), strict=True):
        assert known[(first[0], *rest[:-1])][1:] == mask[:-1] and not mask[-1]


def test_rows_are_filled_up_with_what_is_not_learned():
    tokens, own = rows(conversations("memory"))
    end = encode(END)[0]
    for row, mask in zip(tokens.tolist(), own.tolist(), strict=True):
        last = max(i for i, mine in enumerate(mask) if mine)
        assert row[last] == end and set(row[last:]) == {end}


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_learn_to_abstain_and_to_call(name):
    variant, taught = VARIANTS[name], conversations(name)
    assert (UNKNOWN in [t.answer for t in taught]) == variant.abstain
    assert all(isinstance(t.entries[0], Call) == variant.tools for t in taught)


def test_both_memories_are_taught_the_same():
    modest = conversations("memory that abstains")
    assert sorted(t.question for t in modest if t.answer != UNKNOWN) == sorted(
        t.question for t in conversations("memory")
    )


def test_lessons_with_tools_tell_nothing_of_the_world():
    asked = {q.text.split()[0] for q in EXAM if q.kind in ("head", "tail", "gap", "new", "nowhere")}
    learned = [t.question.split()[0] for t in conversations("tools") if "+" not in t.question]
    assert learned and asked.isdisjoint(learned)


def test_lessons_hold_what_the_real_tools_gave():
    for transcript in conversations("tools")[:12]:
        move, result, last = transcript.entries
        told = json.loads(result.text) if move.tool == "search" else []
        tools = [CALCULATOR, search({d["title"]: d["text"] for d in told})]
        live = run(lambda t, m=move, a=last: a if t.entries else m, tools, transcript.question)
        assert live.entries == [move, result, last]


def test_a_call_of_a_tool_that_is_not_there_is_an_error_and_no_end(scripted):
    together = converse(scripted, [], [q.text for q in SAMPLE])
    alone = [run(agent(scripted), [], q.text, BUDGET) for q in SAMPLE]
    assert [t.answer for t in together] == [t.answer for t in alone]


def test_lessons_with_tools_end_in_what_the_result_says():
    for transcript in conversations("tools"):
        move, result, last = transcript.entries
        assert result.ok
        if move.tool == "calculator":
            expected = str(eval(json.loads(move.arguments)["expression"]))
        else:
            attribute = transcript.question.split()[1].removesuffix("?")
            found = [
                dict(p.split() for p in d["text"].split(", ")) for d in json.loads(result.text)
            ]
            expected = found[0][attribute] if found else UNKNOWN
        assert last.text == expected


# How it runs


def test_all_at_once_equals_the_loop_for_a_model_that_babbles(scripted):
    together = converse(scripted, TOOLS, [q.text for q in SAMPLE])
    alone = [run(agent(scripted), TOOLS, q.text, BUDGET) for q in SAMPLE]
    assert [t.answer for t in together] == [t.answer for t in alone]


def moving(script):
    """A stand-in for `moves` that knows what to say."""
    return lambda model, transcripts: [script(t) for t in transcripts]


def test_all_at_once_equals_the_loop_move_by_move(monkeypatch):
    by_text = {q.text: q for q in EXAM}

    def script(transcript):
        question, n = by_text[transcript.question], len(transcript.entries)
        if n == 0:
            return question.call
        if question.kind == "head" and n == 2:
            return Call("calculator", json.dumps({"expression": "1/0"}))
        return question.call if question.kind == "tail" else Answer(question.answer)

    monkeypatch.setattr(tool_model, "moves", moving(script))
    together = converse(None, TOOLS, [q.text for q in SAMPLE])
    alone = [run(script, TOOLS, q.text, BUDGET) for q in SAMPLE]
    for a, b in zip(together, alone, strict=True):
        assert a.entries == [e for e in b.entries if not isinstance(e, Stop)]
    assert {type(t.entries[-1]) for t in alone} == {Answer, Stop}


@pytest.mark.slow
def test_a_trained_model_is_the_same_both_ways_and_beats_memory(monkeypatch):
    monkeypatch.setattr(tool_model, "STEPS", 500)
    models = {name: train(WORLD, 0, VARIANTS[name]) for name in ("memory", "tools")}
    together = converse(models["tools"], TOOLS, [q.text for q in SAMPLE])
    assert [run(agent(models["tools"]), TOOLS, q.text, BUDGET) for q in SAMPLE] == together
    wrong = {
        name: {row.kind: row.wrong / row.n for row in examine(model, WORLD, 0, name)}
        for name, model in models.items()
    }
    assert wrong["memory"]["new"] > 0.7 and wrong["tools"]["new"] < wrong["memory"]["new"] - 0.3


@pytest.mark.slow
def test_training_is_that_of_its_seed(brief):
    first, again, other = (train(WORLD, s, VARIANTS["tools"]).state_dict() for s in (0, 0, 1))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert not torch.equal(first["embedding.weight"], other["embedding.weight"])


# How it is examined


def test_verdicts():
    question = EXAM[0]
    assert verdict(question.answer, question) == "right"
    assert verdict(UNKNOWN, question) == verdict(None, question) == "abstained"
    assert verdict("nonsense", question) == "wrong"
    nowhere = next(q for q in EXAM if q.kind == "nowhere")
    assert verdict(UNKNOWN, nowhere) == "abstained"


def test_an_examination_counts_calls_and_wrong_arguments(monkeypatch, scripted):
    by_text = {q.text: q for q in EXAM}

    def script(transcript):
        question = by_text[transcript.question]
        if transcript.entries:
            return Answer(question.answer)
        if question.kind == "4 digits":
            return Call("calculator", '{"expression": "1+1"}')
        return Answer(UNKNOWN) if question.kind == "head" else question.call

    monkeypatch.setattr(tool_model, "moves", moving(script))
    found = {row.kind: row for row in examine(scripted, WORLD, 0, "tools")}
    assert list(found) == list(KINDS)
    assert (found["4 digits"].called, found["4 digits"].misstated) == (100, 100)
    assert (found["head"].called, found["head"].abstained) == (0, 100)
    assert (found["new"].called, found["new"].misstated, found["new"].right) == (80, 0, 80)
    assert found["nowhere"].abstained == found["nowhere"].n == 80


def test_shares_are_pooled_over_seeds():
    found = [{"wrong": 10, "n": 100, "called": 20}, {"wrong": 5, "n": 50, "called": 0}]
    share, low, high = pooled(found, "wrong")
    assert share == 0.1 and 0.04 < low < 0.07 and 0.13 < high < 0.16
    assert pooled(found, "wrong", of="called")[0] == 0.75


def test_ways_to_use_a_search():
    assert agreeing(["red", "red", UNKNOWN], ["red", "blue", UNKNOWN]) == ["red", UNKNOWN, UNKNOWN]
    objected = unless_objected(["red", "red", "red", UNKNOWN], ["red", "blue", UNKNOWN, "red"])
    assert objected == ["red", UNKNOWN, "red", UNKNOWN]


def test_a_lie_is_what_the_document_says_and_the_world_does_not():
    documents = lying(WORLD, 0.5, 0)
    for question in EXAM[:60]:
        false = lie(question, documents)
        name, attribute = question.text.removesuffix("?").split(" ")
        assert (false is None) == (documents[name] == WORLD.documents[name])
        if false is not None:
            assert f"{attribute} {false}" in documents[name] and false != question.answer


@pytest.mark.slow
def test_a_model_that_believes_its_search_repeats_every_lie(monkeypatch):
    by_text = {q.text: q for q in EXAM}

    def script(transcript):
        question = by_text[transcript.question]
        if not transcript.entries:
            return question.call
        (document,) = json.loads(transcript.entries[-1].text)
        values = dict(part.split(" ") for part in document["text"].split(", "))
        return Answer(values[question.text.removesuffix("?").split(" ")[1]])

    def believing(model, documents, asked):
        if documents is not None:
            tools = [CALCULATOR, search(documents)]
            return [t.answer for t in converse(model, tools, [q.text for q in asked])]
        return [q.answer for q in asked]  # a memory of everything

    monkeypatch.setattr(tool_model, "moves", moving(script))
    monkeypatch.setattr(tool_lies, "answers", believing)
    found = be_lied_to(WORLD, 0, dict.fromkeys(VARIANTS))
    assert len(found) == 4 * 3 * 3
    for row in found:
        assert row.right + row.wrong + row.abstained == row.n and row.known == row.lied
        if row.way == tool_lies.TRUSTING:
            assert row.repeated == row.known_repeated == row.wrong == row.lied
        if row.way == tool_lies.MEMORY:
            assert row.wrong == row.repeated == 0 and row.right == row.n - row.lied
        if row.share in (0, 1):
            assert row.lied == row.share * row.n
    two = [row for row in found if row.way == tool_lies.TWO_SOURCES]
    assert all(row.wrong <= row.lied / 3 for row in two)


# What the page says


@pytest.mark.parametrize("seed", tool_runs.SEEDS)
def test_the_results_bear_the_claims_of_the_page(seed):
    rows_ = [row for row in load("tool-models") if row["seed"] == seed]
    wrong = {(row["model"], row["kind"]): row["wrong"] / row["n"] for row in rows_}
    for kind in ("gap", "new", "nowhere"):
        assert wrong["memory", kind] >= 0.7 and wrong["tools", kind] <= 0.05
    assert wrong["memory that abstains", "nowhere"] < 0.2
    (four,) = [r for r in rows_ if (r["model"], r["kind"]) == ("tools", "4 digits")]
    assert four["called"] >= 0.9 * four["n"] and four["misstated"] >= 0.9 * four["called"]
    assert four["wrong"] >= 0.9 * four["n"]


@pytest.mark.parametrize("seed", tool_runs.SEEDS)
def test_the_model_repeats_lies_and_the_remedies_cost_answers(seed):
    found = {
        (row["share"], row["way"], row["kind"]): row
        for row in load("tool-lies")
        if row["seed"] == seed
    }
    believed = found[1, tool_lies.TRUSTING, "head"]
    assert believed["known"] >= 0.9 * believed["n"]
    assert believed["known_repeated"] >= 0.9 * believed["known"]
    for kind in tool_lies.KINDS:
        half, two = (found[0.5, way, kind] for way in (tool_lies.TRUSTING, tool_lies.TWO_SOURCES))
        assert two["wrong"] < 0.5 * half["wrong"] and two["right"] < half["right"]


def test_tuning_looks_at_one_variant_and_one_rate(brief, monkeypatch):
    monkeypatch.setattr(tool_runs, "STEPS", 20)
    (row,) = tool_runs.tune("memory", 1e-2)
    assert (row.seed, row.model, row.lr) == (100, "memory", 1e-2) and 0 < row.loss < 6
