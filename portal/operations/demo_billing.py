"""A made-up billing system, a process of its own, and what the demonstration's portal asks it.

It has a year of itemised calls, bills and a payment card of each made-up customer, and shows how a
connector is answered: docs/integrate.md says what every answer holds.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from portal.platform.core.clock import Clock, utc_clock
from portal.platform.core.signing import SigningKeys

MOST_BYTES = 20_000
"""Of a question."""
YEAR = timedelta(days=365)
TARIFF = (4, 7, 12)
"""Pence a minute, by where somebody called."""
INTERESTS = "legitimate-interests"


def _outside(  # noqa: PLR0913, PLR0917  # the columns of a table
    slug: str, name: str, purpose: str, source: str, basis: str, days: int, after: str
) -> dict[str, Any]:
    """Return a category of another system, as an operator writes it."""
    interest = {"interest": "To be paid, and to stop fraud"} if basis == INTERESTS else {}
    words = {"slug": slug, "name": name, "purpose": purpose, "source": source, "basis": basis}
    return {**words, **interest, "recipients": "Nobody", "kept_days": days, "kept_after": after}


BILLING = "billing"
OTHER_SYSTEMS: list[dict[str, Any]] = [
    {
        "slug": BILLING,
        "name": "our billing system",
        "categories": [
            _outside(
                "calls",
                "Calls you made",
                "To bill you for them",
                "Our telephone network",
                "contract",
                365,
                "the call",
            ),
            _outside(
                "bills",
                "Your bills",
                "To be paid, and for tax",
                "Our billing system",
                "legal-obligation",
                6 * 365,
                "the bill",
            ),
            _outside(
                "cards",
                "Payment cards",
                "To take your payments",
                "You",
                "contract",
                90,
                "you remove the card",
            ),
        ],
    },
    {
        "slug": "network",
        "name": "our network",
        "categories": [
            _outside(
                "usage",
                "How you use our services",
                "To run the network, and bill you",
                "Our network, and other operators",
                "contract",
                365,
                "you used them",
            ),
            _outside(
                "nuisance-calls",
                "Nuisance calls you told us about",
                "To find who makes them",
                "You, and our network",
                "contract",
                180,
                "we close the report",
            ),
        ],
    },
    {
        "slug": "credit",
        "name": "our credit team",
        "categories": [
            _outside(
                "credit-checks",
                "Credit and fraud checks",
                "To decide what we can offer you",
                "Credit reference and fraud prevention agencies",
                INTERESTS,
                2 * 365,
                "the check",
            ),
        ],
    },
]
"""Other systems of the made-up company; where the billing system is, is known when it runs."""
KEPT = "Bills of the last six years, as tax law demands, until six years after each"


class BillingSystem(ThreadingHTTPServer):
    """Answers what it holds about the customers at some addresses; forgets whom it is told to.

    What it was told is in a file, so that it is known after a restart.
    """

    daemon_threads = True

    def __init__(  # noqa: PLR0913  # whom it knows, where it is, and how much it has
        self,
        emails: Collection[str],
        secret: str,
        file: Path,
        port: int = 0,
        *,
        calls: int = 0,
        clock: Clock = utc_clock,
    ) -> None:
        super().__init__(("127.0.0.1", port), _Answering)
        self.keys, self.clock, self.calls = SigningKeys([secret]), clock, calls
        self._emails = emails
        self._file, self._lock = file, Lock()
        found = json.loads(file.read_text("utf-8")) if file.exists() else {}
        self._known: dict[str, str] = found.get("known", {})
        self._erased: dict[str, int] = found.get("erased", {})

    @property
    def erased(self) -> set[str]:
        """The addresses whose customers it was told to forget."""
        return {one.removeprefix("of ") for one in self._erased if one.startswith("of ")}

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/privacy"

    def answer(self, what: str, said: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a question; raises `LookupError` and `TypeError` for what is none."""
        with self._lock:
            email = self._find(said["person"], said["email"])
        head = {"person": said["person"][0]}
        if what == "erase":
            return {**head, **self._erase(email, str(said["erasure"]))}
        category, start, limit = said["category"], int(said["offset"]), int(said["limit"])
        held = list(self._list(email, category))
        return {
            **head,
            "category": category,
            "total": len(held),
            "items": held[start : start + limit],
        }

    def _find(self, person: Sequence[str], emails: Sequence[str]) -> str:
        """Return the address of a customer; once found by it, they are found by their reference.

        A record that was somebody's is nobody else's who has the address later.
        """
        found = [self._known[one] for one in person if one in self._known]
        by_hash = {self.keys.hash_value(one, "email")[0]: one for one in self._emails}
        taken = set(self._known.values())
        found += [by_hash[one] for one in emails if one in by_hash and by_hash[one] not in taken]
        if not found:
            return ""
        if any(self._known.get(one) != found[0] for one in person):
            self._known.update(dict.fromkeys(person, found[0]))
            self._keep()
        return found[0]

    def _erase(self, email: str, erasure: str) -> dict[str, Any]:
        with self._lock:
            if erasure not in self._erased:
                gone = [*self._list(email, "calls"), *self._list(email, "cards")]
                self._erased[erasure] = len(gone)
                self._erased[f"of {email}"] = len(gone)
                self._keep()
            kept = [KEPT] if email else []
            return {"erasure": erasure, "erased": self._erased[erasure], "kept": kept}

    def _keep(self) -> None:
        told = {"known": self._known, "erased": self._erased}
        self._file.write_text(json.dumps(told), "utf-8")

    def _list(self, email: str, category: str) -> Iterator[dict[str, str | None]]:
        """Give what it holds, the newest first."""
        is_erased = f"of {email}" in self._erased
        if not email or (is_erased and category != "bills"):
            return
        seed = sum(email.encode())
        if category == "calls":
            yield from _list_calls(self.clock(), self.calls or 200 + seed % 100, seed)
        elif category == "bills":
            yield from _list_bills(self.clock(), seed)
        elif category == "cards":
            yield {"label": "Card", "value": f"Ends in {seed % 10_000:04}", "at": None}
        else:
            raise LookupError(category)


def _list_calls(now: datetime, number: int, seed: int) -> Iterator[dict[str, str | None]]:
    """Give calls of the last year, to numbers that Ofcom keeps for drama."""
    for place in range(number):
        minutes, pence = 1 + (place * 7 + seed) % 43, TARIFF[(place + seed) % len(TARIFF)]
        at = now - YEAR * (place + 1) / (number + 1)
        value = f"{minutes} min, £{minutes * pence / 100:.2f}"
        yield {"label": f"01632 960{(place * 37 + seed) % 1_000:03}", "value": value, **_at(at)}


def _list_bills(now: datetime, seed: int) -> Iterator[dict[str, str | None]]:
    for place in range(12):
        at = now - timedelta(days=30 * place + 3)
        yield {
            "label": f"Bill of {at:%B %Y}",
            "value": f"£{20 + (seed + place * 13) % 30}",
            **_at(at),
        }


def _at(moment: datetime) -> dict[str, str | None]:
    return {"at": moment.astimezone(UTC).isoformat(timespec="seconds")}


class _Answering(BaseHTTPRequestHandler):
    server: BillingSystem
    timeout = 10

    def do_POST(self) -> None:
        """Answer a question that the portal signed, and sign the answer."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), MOST_BYTES))
        name, now = self.headers.get("webhook-id", ""), self.server.clock()
        head = {key.lower(): text for key, text in self.headers.items()}
        if not self.server.keys.verify(name, now, head, body):
            self.send_error(HTTPStatus.UNAUTHORIZED)
            return
        try:
            answer = self.server.answer(self.path.rpartition("/")[2], json.loads(body))
        except (LookupError, TypeError, ValueError):
            self.send_error(HTTPStatus.BAD_REQUEST)
            return
        said = json.dumps(answer).encode()
        self.send_response(HTTPStatus.OK)
        for key, text in self.server.keys.sign(f"{name}.answer", now, said).items():
            self.send_header(key, text)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing: what is asked about is nobody's to read."""
