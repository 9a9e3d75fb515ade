"""Scenes with second steps: an authenticator, recovery codes, a passkey."""

from uuid import uuid4

from portal.desk.staff_admin.service import invite
from portal.identity.mfa.queries import get_factors
from portal.identity.mfa.rules import PasskeyOwner
from portal.identity.mfa.service import (
    add_passkey,
    ask_for_passkey,
    begin_authenticator,
    begin_passkey,
    confirm_authenticator,
    issue_mailed_code,
    make_recovery_codes,
)
from portal.identity.sessions.rules import SessionStage
from tests.identity.mfa.keys import SoftKey
from tests.interleavings import people
from tests.interleavings.facts import NOW, Facts
from tests.world import World


def add_strength(world: World, facts: Facts) -> None:
    """Set up a customer's second steps, and answer what will be asked."""
    settings, me = world.parts.settings, facts.me.id
    holder = PasskeyOwner(id=me, email=NOW, name="Rowan")
    key, another = SoftKey(settings.address), SoftKey(settings.address)
    with world.work() as work:
        options = begin_passkey(work, settings, holder)
    with world.work() as work:
        assert add_passkey(work, settings, me, key.enrol(options), "My phone")
        facts.secret = begin_authenticator(work, me)
    with world.work() as work:
        code = facts.code(facts.secret, world.clock().timestamp())
        assert confirm_authenticator(work, me, code)
        facts.codes = make_recovery_codes(work, me)
    with world.work() as work:
        facts.pending_secret = begin_authenticator(work, me)
        facts.new_passkey = another.enrol(begin_passkey(work, settings, holder))
        facts.asked = [uuid4(), uuid4()]
        facts.signed = [key.sign(ask_for_passkey(work, settings, one)) for one in facts.asked]
        facts.signed_proof = key.sign(ask_for_passkey(work, settings, facts.visit.session_id))
        facts.mailed_code = issue_mailed_code(work, facts.half.session_id)
    facts.passkey = world.read(get_factors, me).passkeys[0].id


def add_desk_strength(world: World, facts: Facts) -> None:
    """Give an agent a passkey, open sessions of colleagues, and invite one anew."""
    settings, sam = world.parts.settings, facts.sam
    key = SoftKey(settings.address)
    with world.work() as work:
        options = begin_passkey(work, settings, PasskeyOwner(sam.id, sam.email, "Sam"))
    with world.work() as work:
        assert add_passkey(work, settings, sam.id, key.enrol(options), "Desk key")
        facts.staff_asked = uuid4()
        facts.staff_signed = key.sign(ask_for_passkey(work, settings, facts.staff_asked))
    facts.staff_passkey = world.read(get_factors, sam.id).passkeys[0].id
    for name, person in (("sam", facts.sam), ("kit", facts.kit), ("alex", facts.alex)):
        facts.visits[name] = people.at_the_desk(world, person, SessionStage.FULL)
        facts.visits[f"{name} half"] = people.at_the_desk(world, person, SessionStage.HALF)
    another = SoftKey(settings.address)
    with world.work() as work:
        options = begin_passkey(work, settings, PasskeyOwner(sam.id, sam.email, "Sam"))
        facts.staff_new_passkey = another.enrol(options)
        facts.staff_pending_secret = begin_authenticator(work, sam.id)
        mine = facts.visits["sam"].session_id
        facts.staff_signed_proof = key.sign(ask_for_passkey(work, settings, mine))
    with world.work() as work:
        facts.joining = invite(work, facts.kit.staff_id).rpartition("/")[2]
