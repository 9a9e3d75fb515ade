"""A browser that comes through nginx: it keeps cookies and fills in forms."""

import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.deploy.edge import ADDRESS, Answer, Edge

CLAIM = "203.0.113.9"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class Browser:
    """Keeps cookies, and claims to be somewhere else."""

    def __init__(self, edge: Edge, source: str) -> None:
        self.edge, self.source = edge, source
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, method: str = "GET", body: bytes = b"") -> Answer:
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Referer": f"{ADDRESS}{path}",
            "User-Agent": AGENT,
            "X-Forwarded-For": CLAIM,
            "X-Forwarded-Proto": "http",
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self.edge.ask(path, method, headers, body, source=self.source)
        for line in answer.named("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def send(self, path: str, **fields: str) -> str:
        """Fill in the form of a page; the address that it leads to."""
        answer = self.fill_in(path, **fields)
        assert answer.status == 303, f"{path}: {answer.status}"
        return str(answer.headers["Location"])

    def fill_in(self, path: str, **fields: str) -> Answer:
        """Fill in the form of a page; what comes of it."""
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.ask(path).text)
        assert token
        body = urlencode({"csrf_token": token[1], **fields}).encode()
        return self.ask(path, "POST", body)
