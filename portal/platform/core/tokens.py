"""Tokens that nobody can guess, and what is stored of one."""

import hashlib
import json
import secrets


def new_token() -> str:
    """Make a token of 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """Return what is stored of a token: it is random, so a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def hash_copy(number: str, *words: str) -> bytes:
    """Return what is stored of a copy of a form and the words in it: sent twice, they are one.

    The number is random, so that nobody finds the words by trying.
    """
    return hash_token(json.dumps([number, *words]))
