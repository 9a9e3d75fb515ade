"""Whoever acts under a sign-in that has ended meanwhile does nothing, whatever it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.identity.sessions.rules import SessionStage
from portal.identity.sessions.service import end_session, start_session
from portal.platform.core.errors import DomainError, SessionEndedError
from portal.platform.core.work import Actor
from tests.interleavings import verb as acting
from tests.interleavings.facts import Facts
from tests.interleavings.lab import Lab, open_lab
from tests.interleavings.verb import CUSTOMERS, Verb, act, by
from tests.interleavings.verbs import VERBS

IN_ANY_CASE = {
    "forget_draft": "deletes what only its writer sees",
    "forget_draft_about_me": "deletes what only its writer sees",
    "mark_seen": "changes the row of the sign-in itself, which is gone",
    "see": "notes what its reader has just been shown",
    "sam_signs_out": "ends the sign-in, which has ended",
    "sign_out": "ends the sign-in, which has ended",
}
SCENES = ("home", "desk", "held", "strong", "listed")
NOT_HERE = (KeyError, AttributeError)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder: Path = tmp_path_factory.mktemp("ended")
    with open_lab("sqlite", folder) as opened:
        yield opened


def try_it(lab: Lab, verb: Verb, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Carry a verb out in each scene that has what it needs; return what came of it."""
    came = []
    for scene in SCENES:
        facts = lab.set_up(scene)
        actor = signed_out(lab, facts, verb.by)
        monkeypatch.setattr(acting, "_actor", lambda *_, actor=actor: actor)
        monkeypatch.setattr(acting, "_look_at_sessions", lambda *_: None)
        try:
            act(verb, facts, lab.first, lab.worker(lab.first))
        except DomainError as refusal:
            came.append(refusal.code)
            if isinstance(refusal, SessionEndedError):
                break
        except NOT_HERE:
            continue
        else:
            came.append("done")
    return came


def signed_out(lab: Lab, facts: Facts, name: str) -> Actor:
    """Somebody whose request began while they were signed in; they are not any more."""
    kind, person = "customer" if name in CUSTOMERS else "staff", getattr(facts, name)
    with lab.first.work() as work:
        opened = start_session(work, kind, person.id, SessionStage.FULL)
    with lab.first.work() as work:
        end_session(work, opened.id)
    return Actor(kind, person.id, opened.id)


@pytest.mark.parametrize(
    "name",
    [name for name, verb in VERBS.items() if verb.by not in {"visitor", "system"}],
)
def test_nobody_acts_under_a_session_that_has_ended(
    name: str, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = try_it(lab, VERBS[name], monkeypatch)
    assert came, "no scene has what it needs"
    assert ("done" in came) is (name in IN_ANY_CASE)


def test_a_verb_that_does_not_look_is_found(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin."""
    careless = by("me", lambda work: work.session.connection())
    assert "done" in try_it(lab, careless, monkeypatch)
