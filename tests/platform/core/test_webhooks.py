"""A webhook as it leaves the house: signed as the standard says, and nobody waits for long."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from portal.platform.core import webhooks
from portal.platform.core.signing import read_secret
from portal.platform.core.webhooks import NOBODY, Answer, Receiver
from tests.consent.webhooks.receiver import Heard, Listener, listening, new_secret

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BODY = '{"type":"a","data":{"name":"Grüße"}}'.encode()


@pytest.fixture
def there() -> Iterator[Listener]:
    with listening() as server:
        yield server


def send(there: Listener) -> Answer:
    return Receiver(there.url, [there.secret]).send("msg_1", NOON, BODY)


def heard(secrets: list[str], name: str = "msg_1", body: bytes = BODY) -> Heard:
    """What a receiver would hear, without a line between."""
    heads = Receiver("https://crm.example.com", secrets).head(name, NOON, body)
    return Heard("/", heads, body, 204)


@given(st.uuids(), st.text(max_size=200), st.binary(min_size=24, max_size=64))
def test_the_standards_own_library_takes_whatever_is_sent(
    name: object, words: str, key: bytes
) -> None:
    secret = f"whsec_{base64.b64encode(key).decode()}"
    body = b'{"a":"' + words.encode("utf-8", "replace").hex().encode() + b'"}'
    assert heard([secret], f"msg_{name}", body).check(secret)["a"] is not None


def test_the_signature_is_the_one_that_the_standard_publishes() -> None:
    """The example of the reference libraries (github.com/standard-webhooks/standard-webhooks)."""
    receiver = Receiver("https://crm.example.com", ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    moment = datetime.fromtimestamp(1_614_265_330, UTC)
    heads = receiver.head("msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}')
    assert heads["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert heads["webhook-timestamp"] == "1614265330"


@given(
    st.text(max_size=200),
    st.binary(min_size=24, max_size=64),
    st.floats(0, 4e9),
    st.sampled_from([UTC, LONDON]),
)
def test_the_signature_is_the_one_of_older_releases(
    words: str, key: bytes, seconds: float, zone: tzinfo
) -> None:
    moment = datetime.fromtimestamp(seconds, zone)
    body = words.encode("utf-8", "replace")
    secret = f"whsec_{base64.b64encode(key).decode()}"
    heads = Receiver("https://crm.example.com", [secret]).head("msg_1", moment, body)
    stamp = str(int(moment.timestamp()))
    digest = hmac.digest(key, f"msg_1.{stamp}.".encode() + body, "sha256")
    assert heads["webhook-timestamp"] == stamp
    assert heads["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_a_changed_sign_is_noticed() -> None:
    secret = new_secret()
    one = heard([secret])
    for other in (
        Heard("/", one.headers, BODY.replace(b"a", b"b"), 204),
        Heard("/", {**one.headers, "webhook-id": "msg_2"}, BODY, 204),
        Heard("/", {**one.headers, "webhook-timestamp": "1795435201"}, BODY, 204),
    ):
        with pytest.raises(WebhookVerificationError):
            other.check(secret)
    with pytest.raises(WebhookVerificationError):
        one.check(new_secret())


def test_an_old_webhook_is_refused_by_its_moment() -> None:
    secret = new_secret()
    one = heard([secret])
    with pytest.raises(WebhookVerificationError, match="too"):
        Webhook(secret).verify(one.body, {**one.headers, "webhook-timestamp": "1"})


def test_while_the_secret_changes_either_one_will_do() -> None:
    new, old = new_secret(), new_secret()
    one = heard([new, old])
    assert one.check(new) == one.check(old)
    assert one.headers["webhook-signature"].count("v1,") == 2


def test_an_address_is_found_by_a_keyed_hash_that_the_receiver_can_make() -> None:
    new, old = new_secret(), new_secret()
    found = Receiver("https://crm.example.com", [new, old]).fingerprints("rowan@example.com")
    made = [
        hmac.new(read_secret(one), b"email\x00rowan@example.com", hashlib.sha256).hexdigest()
        for one in (new, old)
    ]
    assert found == made


def test_what_is_sent_arrives_as_it_is(there: Listener) -> None:
    answer = send(there)
    assert answer.is_yes
    (one,) = there.heard
    assert (one.path, one.body) == ("/hooks?from=portal", BODY)
    assert one.headers["content-type"] == "application/json"
    one.check(there.secret)


@pytest.mark.parametrize("status", [300, 301, 302, 307, 308, 400, 410, 429, 500, 503])
def test_whatever_is_no_yes_is_none_and_no_redirect_is_followed(
    there: Listener, status: int
) -> None:
    there.answers, there.headers = [status], {"Location": there.url}
    answer = send(there)
    assert answer == Answer(status)
    assert not answer.is_yes
    assert len(there.heard) == 1


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 23 Nov 2026 11:00:00 GMT", timedelta()),
        ("soon", timedelta()),
        ("-5", timedelta()),
        ("9" * 40, timedelta(seconds=10**8)),
    ],
)
def test_the_receiver_may_ask_for_time(there: Listener, said: str, wait: timedelta) -> None:
    there.answers, there.headers = [503], {"Retry-After": said}
    assert send(there) == Answer(503, wait)


def test_nobody_there_is_no_fault() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert Receiver(url, [new_secret()]).send("msg_1", NOON, BODY).status == NOBODY


def test_a_receiver_that_hangs_is_left(there: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    over = threading.Event()
    there.before = lambda: over.wait(5)
    assert send(there).status == NOBODY
    over.set()


def test_a_receiver_that_answers_sign_by_sign_without_end_is_left(
    there: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    there.drip = b"2"
    assert send(there).status == NOBODY


def test_what_is_no_http_is_no_answer(there: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "TIMEOUT_SECONDS", 0.2)
    there.drip = b"\x00\r\n"
    assert send(there).status == NOBODY


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_c2hvcnQ=", f"whsec_{'A' * 100}", "whsec_not base64", "A" * 44],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret of a webhook"):
        read_secret(secret)
