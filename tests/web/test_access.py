"""Who may see what: one line for every address there is; a new one must be added here."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask

from portal.account.queries import list_registrations
from tests.pages import Visitor
from tests.world import PASSWORD, Person, World

GATE, DESK_GATE = "/sign-in", "/staff/sign-in"
WHO = ("stranger", "half", "customer", "other", "staff")
OPEN = (200,) * 5
CUSTOMERS = (GATE, GATE, 200, 200, GATE)
OWNERS = (GATE, GATE, 200, 404, GATE)
NOT_THERE = (GATE, GATE, 404, 404, GATE)
DESK = (DESK_GATE, DESK_GATE, DESK_GATE, DESK_GATE, 200)
Expected = tuple[int | str, ...]

TABLE: dict[tuple[str, str], Expected] = {
    ("GET", "/"): OPEN,
    ("GET", "/privacy"): OPEN,
    ("GET", "/cookies"): OPEN,
    ("GET", "/accessibility"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/.well-known/security.txt"): OPEN,
    ("GET", "/.well-known/change-password"): ("/security/password",) * 5,
    ("GET", "/.well-known/passkey-endpoints"): OPEN,
    ("GET", "/assets/<version>/<path:name>"): (404,) * 5,
    ("POST", "/csp-report"): (204,) * 5,
    ("GET", "/register"): OPEN,
    ("POST", "/register"): OPEN,
    ("GET", "/register/sent"): OPEN,
    ("GET", "/register/confirm/<token>"): (410,) * 5,
    ("POST", "/register/confirm/<token>"): (410,) * 5,
    ("GET", "/sign-in"): (200, 200, "/account", "/account", 200),
    ("POST", "/sign-in"): (200, 200, "/account", "/account", 200),
    ("GET", "/sign-in/question"): (GATE, 200, GATE, GATE, GATE),
    ("POST", "/sign-in/question"): (GATE, 200, GATE, GATE, GATE),
    ("GET", "/sign-in/authenticator"): (GATE,) * 5,
    ("POST", "/sign-in/authenticator"): (GATE,) * 5,
    ("GET", "/sign-in/passkey"): (GATE,) * 5,
    ("POST", "/sign-in/passkey"): (GATE,) * 5,
    ("POST", "/sign-in/passkey/options"): OPEN,
    ("GET", "/sign-in/recovery-code"): (GATE,) * 5,
    ("POST", "/sign-in/recovery-code"): (GATE,) * 5,
    ("GET", "/sign-in/email-code"): (GATE, 200, GATE, GATE, GATE),
    ("POST", "/sign-in/email-code"): (GATE, 200, GATE, GATE, GATE),
    ("POST", "/sign-in/email-code/send"): (GATE, "/sign-in/email-code", GATE, GATE, GATE),
    ("GET", "/prove"): CUSTOMERS,
    ("POST", "/prove"): CUSTOMERS,
    ("POST", "/prove/passkey"): (GATE, GATE, "/prove", "/prove", GATE),
    ("GET", "/forgotten"): OPEN,
    ("POST", "/forgotten"): OPEN,
    ("GET", "/forgotten/sent"): OPEN,
    ("GET", "/forgotten/<token>"): (410,) * 5,
    ("POST", "/forgotten/<token>"): (410,) * 5,
    ("GET", "/begin-anew/<token>"): (410,) * 5,
    ("POST", "/begin-anew/<token>"): (410,) * 5,
    ("GET", "/staff/cases/<reference>/let-back-in"): (*DESK[:4], 403),
    ("POST", "/staff/cases/<reference>/let-back-in"): (*DESK[:4], 403),
    ("POST", "/session/keep"): (401, 401, 204, 204, 401),
    ("POST", "/session/discard"): ("/",) * 5,
    ("POST", "/staff/session/keep"): (401,) * 5,
    ("POST", "/staff/session/discard"): ("/",) * 5,
    ("POST", "/sign-out"): ("/signed-out",) * 5,
    ("GET", "/signed-out"): OPEN,
    ("POST", "/session/stay"): (401, 401, 204, 204, 401),
    ("GET", "/contact"): OPEN,
    ("POST", "/contact"): OPEN,
    ("GET", "/contact/sent"): OPEN,
    ("GET", "/contact/confirm/<token>"): (410,) * 5,
    ("POST", "/contact/confirm/<token>"): (410,) * 5,
    ("GET", "/contact/confirmed"): OPEN,
    ("GET", "/registrations/gone"): OPEN,
    ("GET", "/registrations/gone/<reference>"): OPEN,
    ("GET", "/registrations/closed"): OPEN,
    ("GET", "/receipts"): OPEN,
    ("POST", "/receipts"): OPEN,
    ("GET", "/receipts/<reference>"): (404,) * 5,
    ("GET", "/account"): CUSTOMERS,
    ("GET", "/profile"): CUSTOMERS,
    ("GET", "/profile/edit"): CUSTOMERS,
    ("POST", "/profile/edit"): CUSTOMERS,
    ("GET", "/profile/account-number"): CUSTOMERS,
    ("POST", "/profile/account-number"): (GATE, GATE, 409, 409, GATE),
    ("GET", "/preferences"): CUSTOMERS,
    ("POST", "/preferences"): (GATE, GATE, "/preferences", "/preferences", GATE),
    ("GET", "/preferences/off"): CUSTOMERS,
    ("POST", "/preferences/off"): (GATE, GATE, "/preferences", "/preferences", GATE),
    ("GET", "/preferences/history"): CUSTOMERS,
    ("GET", "/registrations"): CUSTOMERS,
    ("GET", "/registrations/copy"): CUSTOMERS,
    ("POST", "/registrations/copy"): CUSTOMERS,
    ("GET", "/registrations/cancel"): CUSTOMERS,
    ("POST", "/registrations/cancel"): CUSTOMERS,
    ("GET", "/registrations/<uuid:registration_id>/cancel"): OWNERS,
    ("POST", "/registrations/<uuid:registration_id>/cancel"): OWNERS,
    ("GET", "/security"): CUSTOMERS,
    ("GET", "/security/sign-ins"): CUSTOMERS,
    ("GET", "/security/password"): CUSTOMERS,
    ("POST", "/security/password"): CUSTOMERS,
    ("GET", "/security/question"): CUSTOMERS,
    ("POST", "/security/question"): CUSTOMERS,
    ("GET", "/security/authenticator"): CUSTOMERS,
    ("POST", "/security/authenticator"): CUSTOMERS,
    ("GET", "/security/authenticator/remove"): NOT_THERE,
    ("POST", "/security/authenticator/remove"): NOT_THERE,
    ("GET", "/security/recovery-codes"): CUSTOMERS,
    ("POST", "/security/recovery-codes"): NOT_THERE,
    ("GET", "/security/passkeys/add"): CUSTOMERS,
    ("POST", "/security/passkeys/add"): CUSTOMERS,
    ("POST", "/security/passkeys/options"): CUSTOMERS,
    ("GET", "/security/passkeys/<uuid:passkey_id>/remove"): NOT_THERE,
    ("POST", "/security/passkeys/<uuid:passkey_id>/remove"): NOT_THERE,
    ("POST", "/security/sessions/<uuid:session_id>/end"): NOT_THERE,
    ("POST", "/security/sessions/end"): (GATE, GATE, "/security", "/security", GATE),
    ("POST", "/security/browsers/<uuid:browser_id>/forget"): NOT_THERE,
    ("GET", "/security/sign-ins/<uuid:record_id>/unknown"): NOT_THERE,
    ("POST", "/security/sign-ins/<uuid:record_id>/unknown"): NOT_THERE,
    ("GET", "/security/email"): CUSTOMERS,
    ("POST", "/security/email"): CUSTOMERS,
    ("GET", "/security/email/confirm/<token>"): (410,) * 5,
    ("POST", "/security/email/confirm/<token>"): (410,) * 5,
    ("GET", "/security/email/undo/<token>"): (410,) * 5,
    ("POST", "/security/email/undo/<token>"): (410,) * 5,
    ("GET", "/cases"): CUSTOMERS,
    ("GET", "/cases/<reference>"): OWNERS,
    ("POST", "/cases/<reference>"): OWNERS,
    ("GET", "/staff/sign-in"): (200, 200, 200, 200, "/staff"),
    ("POST", "/staff/sign-in"): (200, 200, 200, 200, "/staff"),
    ("GET", "/staff/sign-in/question"): (DESK_GATE,) * 5,
    ("POST", "/staff/sign-in/question"): (DESK_GATE,) * 5,
    ("POST", "/staff/sign-out"): ("/staff/signed-out",) * 5,
    ("GET", "/staff/signed-out"): OPEN,
    ("POST", "/staff/session/stay"): (401, 401, 401, 401, 204),
    ("GET", "/staff"): DESK,
    ("GET", "/staff/cases"): DESK,
    ("POST", "/staff/cases"): DESK,
    ("GET", "/staff/cases/<reference>"): DESK,
    ("POST", "/staff/cases/<reference>"): DESK,
    ("POST", "/staff/cases/<reference>/assign"): DESK,
    ("POST", "/staff/cases/<reference>/close"): (*DESK[:4], "/staff/cases"),
    ("POST", "/staff/cases/<reference>/link"): (*DESK[:4], 404),
    ("GET", "/staff/cases/<reference>/without-link"): DESK,
    ("POST", "/staff/cases/<reference>/without-link"): DESK,
    ("POST", "/staff/cases/<reference>/without-link/agree"): (*DESK[:4], 404),
    ("POST", "/staff/cases/<reference>/without-link/refuse"): (*DESK[:4], 404),
    ("GET", "/staff/cases/<reference>/holds"): DESK,
    ("POST", "/staff/cases/<reference>/holds"): (*DESK[:4], 403),
    ("POST", "/staff/cases/<reference>/holds/<uuid:hold_id>/lift"): (*DESK[:4], 403),
}


def test_every_address_there_is_stands_in_the_table(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == set(TABLE)


def kind_is_desk(rule: str) -> bool:
    return rule.startswith("/staff/cases/")


def half_way(world: World, person: Person) -> Visitor:
    visitor = world.visitor()
    visitor.open("/sign-in").send(email=person.email, password=PASSWORD)
    return visitor


@pytest.mark.parametrize("who", WHO)
def test_nobody_sees_more_than_the_table_says(world: World, who: str) -> None:
    owner = world.customer()
    entrances: dict[str, Callable[[], Visitor]] = {
        "stranger": world.visitor,
        "half": lambda: half_way(world, owner),
        "customer": lambda: world.signed_in(owner),
        "other": lambda: world.signed_in(world.customer("jules@example.com")),
        "staff": world.at_the_desk,
    }
    visitor = entrances[who]()
    registration: UUID = world.read(list_registrations, owner.customer_id)[0].id
    wrong = {}
    for (method, rule), expected in TABLE.items():
        reference = world.case(owner)
        path = (
            rule.replace("<token>", "a" * 43)
            .replace("<reference>", reference)
            .replace("<uuid:registration_id>", str(registration))
            .replace("<uuid:hold_id>", str(registration))
            .replace("<uuid:passkey_id>", str(registration))
            .replace("<uuid:session_id>", str(registration))
            .replace("<uuid:browser_id>", str(registration))
            .replace("<uuid:record_id>", str(registration))
            .replace("<version>/<path:name>", "x/app.css")
        )
        if method == "POST" and "sign-out" in rule:
            continue  # tried below: it would end the visit
        data = {"csrf_token": visitor.token()} if method == "POST" else {}
        data |= {"version": "1"} if kind_is_desk(rule) else {}
        answer = visitor.client.open(path, method=method, data=data if method == "POST" else None)
        seen: int | str = answer.status_code
        if answer.status_code == 303:
            seen = answer.location.partition("?")[0]
        wanted = expected[WHO.index(who)]
        if wanted == "/staff/cases":
            wanted = f"/staff/cases/{reference}"
        if seen != wanted:
            wrong[method, rule] = seen, wanted
    for rule in ("/sign-out", "/staff/sign-out"):
        answer = visitor.send(rule)
        if answer.location != TABLE["POST", rule][0]:
            wrong["POST", rule] = answer.location, TABLE["POST", rule][0]
    assert wrong == {}


@pytest.mark.parametrize("who", ["customer", "staff"])
def test_an_address_that_only_looks_like_a_page_of_the_desk_is_nothing(
    world: World, who: str
) -> None:
    visitor = world.signed_in() if who == "customer" else world.at_the_desk()
    for path in ("/staffx", "/staff/", "/STAFF", "/staff/../staff"):
        assert visitor.client.get(path).status_code in {404, 308}, path


@pytest.mark.parametrize(
    "path", ["/cases/{}", "/registrations/{}/cancel", "/registrations/{}", "/staff/cases/{}"]
)
def test_an_id_that_was_guessed_is_not_found(world: World, path: str) -> None:
    visitor = world.at_the_desk() if path.startswith("/staff") else world.signed_in()
    for guess in (uuid4(), "0", "1", "-1", "null", "%27", "..", "PC-0000-000"):
        assert visitor.client.get(path.format(guess)).status_code in {404, 405}, guess
