"""Codes: how they are spelled, when one is right, which second steps are open."""

import math
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.mfa.rules import (
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    RECOVERY_SIGNS,
    STEP_SECONDS,
    Factors,
    PasskeyInfo,
    Way,
    code_at,
    enrolment_address,
    find_check_sign,
    find_step,
    group_code,
    is_mistyped,
    new_mailed_code,
    new_recovery_code,
    new_secret,
    spell_code,
)

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B
PASSKEY = PasskeyInfo(uuid4(), "My telephone", datetime(2026, 1, 1, tzinfo=UTC), None)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // STEP_SECONDS) == code
    now = datetime.fromtimestamp(seconds, UTC)
    assert find_step(SECRET, code, now) == seconds // STEP_SECONDS


@given(now=moments, around=st.integers(-6, 6))
def test_a_code_is_right_one_step_early_or_late_and_no_more(now: datetime, around: int) -> None:
    step = int(now.timestamp()) // STEP_SECONDS + around
    near = {code_at(SECRET, step - around + one) for one in (-1, 0, 1)}
    code = code_at(SECRET, step)
    assert (find_step(SECRET, code, now) is not None) is (code in near)
    if abs(around) <= 1:
        assert find_step(SECRET, code, now) is not None


@given(now=moments, typed=st.text(max_size=40))
def test_whatever_is_typed_a_code_is_right_or_not(now: datetime, typed: str) -> None:
    step = find_step(SECRET, typed, now)
    assert (step is None) or spell_code(typed) == code_at(SECRET, step)


@given(st.text(max_size=80))
def test_a_code_has_one_spelling(typed: str) -> None:
    spelled = spell_code(typed)
    assert spell_code(spelled) == spelled
    assert spelled.isalnum() or not spelled
    assert spelled.isascii()


@given(st.text(RECOVERY_SIGNS, min_size=1, max_size=40), st.sampled_from(["-", " ", ""]))
def test_groups_and_blanks_do_not_change_a_code(code: str, between: str) -> None:
    assert spell_code(group_code(code).lower().replace("-", between)) == code


@given(st.text(RECOVERY_SIGNS, min_size=11, max_size=11), st.integers(0, 11), st.data())
def test_one_sign_that_is_mistyped_is_always_told(
    body: str, place: int, data: st.DataObject
) -> None:
    code = body + find_check_sign(body)
    assert not is_mistyped(group_code(code).lower())
    other = data.draw(st.sampled_from([sign for sign in RECOVERY_SIGNS if sign != code[place]]))
    assert is_mistyped(code[:place] + other + code[place + 1 :])


def test_of_signs_that_changed_places_all_pairs_but_one_are_told() -> None:
    unseen = {
        frozenset((one, two))
        for one in RECOVERY_SIGNS
        for two in RECOVERY_SIGNS
        if one != two
        and find_check_sign("2" * 9 + one + two) == find_check_sign("2" * 9 + two + one)
    }
    assert len(unseen) == 1


@pytest.mark.parametrize(
    "typed", ["", "123456", "ABCD-EFGH", "7K4Q-92WX-3BCO", "\uff11" * 12, "é" * 12]
)
def test_what_no_recovery_code_looks_like_is_mistyped(typed: str) -> None:
    assert is_mistyped(typed)


def test_a_code_has_as_many_random_bits_as_is_said() -> None:
    assert 53 <= math.log2(len(RECOVERY_SIGNS)) * (RECOVERY_LENGTH - 1) < 54
    assert "53 random bits" in str(new_recovery_code.__doc__)
    assert set(RECOVERY_SIGNS).isdisjoint("ILOU01")


def test_made_codes_have_their_signs_and_are_not_made_twice() -> None:
    made = {new_recovery_code() for _ in range(10 * RECOVERY_CODES)}
    assert len(made) == 10 * RECOVERY_CODES
    assert {len(code) for code in made} == {RECOVERY_LENGTH}
    assert set("".join(made)) <= set(RECOVERY_SIGNS)
    mailed = {new_mailed_code() for _ in range(50)}
    assert len(mailed) > 40
    assert all(len(code) == 8 and code.isdigit() for code in mailed)


def test_a_secret_is_what_apps_take_and_never_the_same() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    address = enrolment_address(SECRET, "rowan@example.com", "Merrow")
    assert address.startswith("otpauth://totp/Merrow:rowan%40example.com?")
    assert f"secret={SECRET}" in address


@pytest.mark.parametrize(
    ("factors", "ways"),
    [
        (Factors(), (Way.QUESTION, Way.MAILED_CODE)),
        (Factors(recovery_codes_left=3), (Way.QUESTION, Way.MAILED_CODE)),
        (Factors(MOMENT), (Way.AUTHENTICATOR,)),
        (Factors(None, (PASSKEY,)), (Way.PASSKEY,)),
        (
            Factors(MOMENT, (PASSKEY,), 1),
            (Way.AUTHENTICATOR, Way.PASSKEY, Way.RECOVERY_CODE),
        ),
    ],
)
def test_whoever_has_something_strong_is_asked_nothing_weaker(
    factors: Factors, ways: tuple[Way, ...]
) -> None:
    assert factors.ways == ways
    assert factors.are_strong is (Way.QUESTION not in ways)


def test_a_step_is_half_a_minute() -> None:
    later = MOMENT + timedelta(seconds=STEP_SECONDS)
    code = code_at(SECRET, int(MOMENT.timestamp()) // STEP_SECONDS)
    assert find_step(SECRET, code, later) == find_step(SECRET, code, MOMENT)
    assert find_step(SECRET, code, later + timedelta(seconds=STEP_SECONDS)) is None
