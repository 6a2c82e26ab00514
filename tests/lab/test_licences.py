"""Licences: every clause has a source, known firms get the duties that the texts give them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.licences import DATA, LICENCES, Clause, Source, Use, load_licences

SHOP = Use(commercial=True, offers=True, users=5e4, monthly_revenue=2e4, yearly_revenue=24e4)
uses = st.builds(
    Use,
    *[st.booleans()] * 7,
    *[st.floats(0, 2e9)] * 4,
)


def due(model: str, use: Use) -> set[str]:
    return set(LICENCES[model].duties(use))


def test_every_clause_has_words_a_place_and_a_source_with_a_date() -> None:
    bibliography = Path(__file__).parents[2] / "book" / "references.bib"
    keys = set(re.findall(r"^@\w+\{([^,]+),", bibliography.read_text(encoding="utf-8"), re.M))
    for licence in LICENCES.values():
        assert licence.clauses
        for clause in licence.clauses:
            assert 3 <= len(clause.text.split()) <= 15, (licence.model, clause.text)
            assert clause.source.date.year >= 2026
            assert clause.source.bib is None or clause.source.bib in keys


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('section = "4.b", ', "", "section"),
        ('{ duty = "bind"', '{ duty = "obey"', "incomplete"),
        ("in_eu = true", "in_europe = true", "in_europe"),
        ('\nsource = "glm45"', '\nsource = "nowhere"', "nowhere"),
        ('at = "https://opensource.org/license/mit"', 'at = ""', "where"),
        ('text = "pass on the agreement"', 'text = ""', "incomplete"),
    ],
)
def test_a_fact_without_a_source_or_a_place_is_refused(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    text = DATA.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "broken.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises((ValueError, KeyError, TypeError), match=says):
        load_licences(tmp_path / "broken.toml")


def test_llama_counts_users_at_its_release_and_strictly() -> None:
    for model in ("Llama 3.1", "Llama 4"):
        assert "ask" in due(model, Use(users_at_release=701e6))
        assert "ask" not in due(model, Use(users_at_release=700e6))
        assert "ask" not in due(model, Use(commercial=True, users=2e9))


def test_kimi_k2_wants_its_name_shown_above_either_limit() -> None:
    assert due("Kimi K2", Use(commercial=True, users=101e6)) == {"show"}
    assert due("Kimi K2", Use(commercial=True, users=99e6, monthly_revenue=21e6)) == {"show"}
    assert due("Kimi K2", Use(commercial=True, users=100e6, monthly_revenue=20e6)) == set()
    assert due("Kimi K2", Use(users=101e6)) == set()


def test_minimax_counts_a_year_s_revenue_and_later_asks_of_everybody_who_earns() -> None:
    assert due("MiniMax-M2", Use(commercial=True, yearly_revenue=31e6)) == {"show"}
    assert due("MiniMax-M2", Use(commercial=True, monthly_revenue=29e6)) == set()
    assert {"ask", "show"} <= due("MiniMax-M2.7", SHOP)
    assert due("MiniMax-M2.7", Use()) == {"policy"}


def test_qwen_shows_its_name_on_what_was_made_from_it() -> None:
    assert "show" not in due("Qwen2.5-72B", SHOP)
    for made in (Use(teaches=True), Use(offers=True, modifies=True)):
        assert "show" in due("Qwen2.5-72B", made)


def test_the_newest_gates_open_at_their_own_sums() -> None:
    host = Use(commercial=True, offers=True, model_service=True, yearly_revenue=21e6)
    assert "ask" in due("Kimi K3", host) and "ask" in due("Qwen3.8-Flash-Next", host)
    assert "ask" not in due("Qwen3.8-Max", host) and "ask" not in due("GLM-5.3", host)
    assert "ask" in due("Mistral Medium 3.5", Use(monthly_revenue=21e6))
    inside = Use(commercial=True, users=1e9, monthly_revenue=1e9)
    assert due("Kimi K3", inside) == set()


def test_gemma_never_had_a_cap_and_binds_the_users_of_users() -> None:
    giant = Use(commercial=True, offers=True, users=3e9, users_at_release=3e9, yearly_revenue=1e12)
    assert due("Gemma 3", giant) == due("Gemma 3", SHOP) == {"bind", "policy", "pass-on"}
    assert due("Gemma 4", giant) == set()


def test_llama_4_grants_a_firm_in_the_union_nothing() -> None:
    assert "no-rights" in due("Llama 4", Use(in_eu=True))
    assert "no-rights" not in due("Llama 3.1", Use(in_eu=True))


def test_a_shop_owes_nothing_under_apache_or_mit_until_it_hands_out_weights() -> None:
    for licence in LICENCES.values():
        if licence.family in ("Apache 2.0", "MIT"):
            assert not licence.duties(SHOP)
            assert "pass-on" in licence.duties(Use(hands_out=True))
            marks = "mark" in licence.duties(Use(hands_out=True, modifies=True))
            assert marks == (licence.family == "Apache 2.0")


def test_what_was_read_in_part_is_never_said_to_lack_a_duty() -> None:
    partly = [licence for licence in LICENCES.values() if not licence.source.whole]
    assert partly and all(licence.asks("no-rights") is None for licence in partly)
    assert LICENCES["Gemma 3"].caps("ask") is False and LICENCES["Gemma 3"].asks("bind") is True
    assert LICENCES["Llama 4"].limits("ask") == {"users_at_release": 700e6}


@given(uses, st.sampled_from(sorted(LICENCES)), st.floats(1, 10))
def test_a_firm_that_grows_never_loses_a_duty(use: Use, model: str, factor: float) -> None:
    sizes = ("users", "users_at_release", "monthly_revenue", "yearly_revenue")
    grown = Use(**vars(use) | {name: factor * getattr(use, name) for name in sizes})
    assert due(model, use) <= due(model, grown)


def test_a_clause_needs_all_conditions_of_a_case_and_any_case() -> None:
    source = Source("here", "text", True, LICENCES["Qwen3"].source.date)
    both = Clause("show", ({"commercial": True, "users": 10}, {"in_eu": True}), "1", "a", source)
    assert both.holds(Use(commercial=True, users=11)) and both.holds(Use(in_eu=True))
    assert not both.holds(Use(users=11)) and not both.holds(Use(commercial=True, users=10))
