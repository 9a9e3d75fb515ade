"""Sends requests and takes the time; a few connections, kept open."""

import http.client
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Figures:
    """What came of a run: seconds each request took, and how long all of it took."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the requests stayed below."""
        ordered = sorted(self.took)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def add(self, other: "Figures") -> None:
        """Take in another run."""
        self.took += other.took
        self.seconds += other.seconds


class Client:
    """One connection with its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}

    def send(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        """Send a request; raises `RuntimeError` for an answer that is no success."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status not in {200, 303}:
            raise RuntimeError(f"{path} answered {answer.status}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return text

    def send_form(self, path: str, fields: dict[str, str]) -> float:
        """Open a form, send it with its token; return the seconds that sending took."""
        page = self.send("GET", path)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if not token:
            raise RuntimeError(f"{path} has no form")
        start = time.perf_counter()
        self.send("POST", path, {"csrf_token": token[1], **fields})
        return time.perf_counter() - start

    def reconnect(self) -> None:
        """Open the connection anew: the server closes those that were quiet for a while."""
        self._connection.close()

    def forget(self) -> None:
        """Begin anew, as a browser without cookies."""
        self._cookies.clear()


def hammer(clients: list[Client], path: str, seconds: float) -> Figures:
    """Ask for a page over and over, by all clients at once."""
    figures = Figures()
    for client in clients:
        client.reconnect()
    end = time.perf_counter() + seconds

    def ask(client: Client) -> None:
        while (start := time.perf_counter()) < end:
            client.send("GET", path)
            figures.took.append(time.perf_counter() - start)

    begin = time.perf_counter()
    crowd = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    figures.seconds = time.perf_counter() - begin
    return figures
