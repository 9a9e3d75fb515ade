"""Hashes of passwords and answers: Argon2id, through passlib's context (OWASP, ASVS 11.4.2)."""

from passlib.context import CryptContext

from portal.platform.encryption.hashing_slots import HashingSlots

LONGEST = 4096
"""Signs that are compared; passlib refuses more. A secret that is kept has at most 1,024."""


class Hasher:
    """Hashes and checks secrets; slow on purpose, so never inside a transaction."""

    def __init__(
        self, memory_kib: int, time: int, hashing_slots: HashingSlots | None = None
    ) -> None:
        self._hashing_slots = hashing_slots or HashingSlots()
        self._context = CryptContext(
            schemes=["argon2"],
            argon2__type="ID",
            argon2__memory_cost=memory_kib,
            argon2__time_cost=time,
            argon2__parallelism=1,
        )
        self._decoy = ""

    @property
    def is_prepared(self) -> bool:
        """Tell whether the secret of somebody who is not there costs the same as any other."""
        return bool(self._decoy)

    def prepare(self) -> None:
        """Make what the secrets of nobody are compared with; it takes as long as one hash.

        Pages need it before the first person signs in; most commands never do.
        """
        self._decoy = self._decoy or self.hash("a secret that nobody has")

    def hash(self, secret: str) -> str:
        """Return a salted hash in the PHC string format."""
        with self._hashing_slots.take():
            return str(self._context.hash(secret))

    def hash_alike(self, secret: str, salt: bytes) -> str:
        """Return the hash that the same secret gives with the same salt; nothing for one too long.

        For comparing one secret with many at the price of one: all of them were made with a salt
        that nobody outside knows.
        """
        if len(secret) > LONGEST:
            return ""
        alike = self._context.handler("argon2").using(salt=salt)
        with self._hashing_slots.take():
            return str(alike.hash(secret))

    def verify(self, secret: str, hashed: str | None) -> bool:
        """Tell whether the secret is right; with nothing to compare, cost the same and say no.

        An empty hash is that of a secret that was taken away: nothing is right.
        """
        is_long = len(secret) > LONGEST  # one sign can become eighteen by its one spelling
        if not hashed:
            self.prepare()
        with self._hashing_slots.take():
            right = bool(self._context.verify("" if is_long else secret, hashed or self._decoy))
        return right and not is_long and bool(hashed)

    def is_outdated(self, hashed: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return bool(self._context.needs_update(hashed))
