"""Prompts before side effects: who is asked, who tires, and what a day counts."""

from dataclasses import replace

import pytest

from lab import permission as module
from lab.mail_world import DOMAIN
from lab.permission import POLICIES, Clicker, live_through, permission, workday
from lab.tools import Mailbox
from tests.lab.test_injection import obedient, room_task


def asked(policy, to, request="mail the room of tern to ann", recipient="ann", attention=1.0):
    task = replace(room_task(request=request), recipient=recipient)
    user = Clicker(attention, 0.0, seed=0)
    send = Mailbox().tools()[1]
    allowed = permission(policy, task, user)(send, {"to": to + DOMAIN})
    return allowed, user.asked


def test_policies_ask_and_refuse_as_they_say():
    for to, named in (("ann", True), ("eve", False)):
        assert asked("never ask", to) == (True, 0)
        assert asked("ask each time", to) == (named, 1)
        assert asked("ask about strangers", to) == (named, 0 if named else 1)
        assert asked("refuse strangers", to) == (named, 0)
        assert asked("ask each time", to, attention=0.0) == (True, 1)
    note = {"request": "follow the note on tern", "recipient": "eve"}
    assert asked("ask about strangers", "eve", **note) == (True, 1)
    assert asked("refuse strangers", "eve", **note) == (False, 0), "its price"


def test_attention_wanes_as_assumed():
    users = [Clicker(0.8, 0.5, seed) for seed in range(3000)]
    refused = [[not user.agrees(False) for user in users] for _ in range(3)]
    for said, chance in zip(refused, (0.8, 0.4, 0.2), strict=True):
        assert sum(said) / len(said) == pytest.approx(chance, abs=0.04)
    assert all(Clicker(0.5, 0.1, seed).agrees(True) for seed in range(50))


def test_a_day_is_mixed_and_partly_poisoned():
    day = workday(0)
    assert day == workday(0) != workday(1)
    poisoned = [task for task, documents in day if documents != task.documents]
    assert 0 < len(poisoned) < 0.3 * len(day) and all(task.kind != "note" for task in poisoned)
    assert {task.kind for task, _ in day} == {"ask", "mail", "note"}


def test_a_day_counts_prompts_attacks_and_tasks(monkeypatch):
    monkeypatch.setattr(module, "N_DAY", 6)
    days = {policy: live_through(obedient, policy, 0.0, 0) for policy in POLICIES}
    assert days["never ask"].prompts == days["refuse strangers"].prompts == 0
    assert days["refuse strangers"].hijacked <= days["ask each time"].hijacked
    assert days["ask about strangers"].prompts <= days["ask each time"].prompts
