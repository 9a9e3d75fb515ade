"""Sign-ins a second, beside what their two hashes alone allow on the same cores."""

import multiprocessing
import threading
import time
from statistics import mean

from bench.load import Client
from portal.operations import demo_data
from portal.platform.encryption.hashing import Hasher
from portal.platform.runtime import Runtime

ROUNDS, UNDER_WAY, SECONDS = 8, 2.0, 8.0
CORES = 2
AT_LEAST = 0.85
PEOPLE = demo_data.CUSTOMERS
"""Each client signs in as another one: the tries of one name are counted."""


def measure_sign_ins(parts: Runtime, port: int, clients: int) -> None:
    """Measure and print; pages and hashes take turns, so that a busy moment hits both."""
    settings = parts.settings
    alone, rates = [], []
    for _ in range(ROUNDS):
        alone.append(_hash_pairs(settings.argon2_memory_kib, settings.argon2_time))
        rates.append(_sign_ins(port, clients))
    share = mean(rates) / mean(alone)
    print(f"\n{'sign-ins a second':36}{mean(rates):9.1f}   both pages, both steps")
    print(f"{'of what the two hashes alone allow':36}{share:9.2f}   at least {AT_LEAST}: ", end="")
    print("yes" if share >= AT_LEAST else "NO")


def sign_in(client: Client, number: int) -> None:
    """Sign in by the pages, as a browser does."""
    one = PEOPLE[number % len(PEOPLE)]
    client.send_form("/sign-in", {"email": one.details.email, "password": one.password})
    client.send_form("/sign-in/question", {"answer": one.answer})


def _sign_ins(port: int, clients: int) -> float:
    """Return how many a second end while all clients are at it: not as they begin and leave off."""
    done = []
    start = time.perf_counter()

    def keep_on(number: int) -> None:
        client = Client(port)
        while time.perf_counter() - start < UNDER_WAY + SECONDS:
            client.forget()
            sign_in(client, number)
            done.append(time.perf_counter() - start)

    crowd = [threading.Thread(target=keep_on, args=(one,)) for one in range(clients)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    return sum(UNDER_WAY <= end < UNDER_WAY + SECONDS for end in done) / SECONDS


def _hash_pairs(memory_kib: int, passes: int) -> float:
    """Return how many pairs of hashes a second all cores together check."""
    with multiprocessing.get_context("spawn").Pool(CORES) as pool:
        given = [(memory_kib, passes)] * CORES
        return sum(pool.starmap(_check_pairs, given))


def _check_pairs(memory_kib: int, passes: int) -> float:
    hasher = Hasher(memory_kib, passes)
    hashed = hasher.hash(PEOPLE[0].password)
    start, pairs = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        hasher.verify(PEOPLE[0].password, hashed)
        hasher.verify(PEOPLE[0].answer, hashed)
        pairs += 1
    return pairs / (time.perf_counter() - start)
