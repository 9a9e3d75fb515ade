"""Slots are shared by threads and processes, and outlive whoever dies holding one."""

import multiprocessing
import os
import signal
import threading

from portal.platform.encryption.hashing_slots import HashingSlots

FORKED = multiprocessing.get_context("fork")
LONG = 60.0


def test_no_more_hash_at_once_than_there_are_slots() -> None:
    hashing_slots, third, is_in = HashingSlots(2, LONG), threading.Event(), threading.Event()

    def come_third() -> None:
        third.set()
        with hashing_slots.take():
            is_in.set()

    waiting = threading.Thread(target=come_third)
    with hashing_slots.take():
        with hashing_slots.take():
            waiting.start()
            assert third.wait(LONG)
            assert not is_in.wait(0.2)
        assert is_in.wait(LONG)
    waiting.join(LONG)
    assert hashing_slots.free == 2


def test_a_turn_that_another_process_has_is_taken() -> None:
    hashing_slots, taken, enough = HashingSlots(1, LONG), FORKED.Event(), FORKED.Event()

    def hold() -> None:
        with hashing_slots.take():
            taken.set()
            enough.wait(LONG)

    child = FORKED.Process(target=hold)
    child.start()
    assert taken.wait(LONG)
    assert hashing_slots.free == 0
    enough.set()
    child.join(LONG)
    assert hashing_slots.free == 1


def test_a_turn_that_died_with_its_process_comes_back() -> None:
    hashing_slots, taken = HashingSlots(1, 0.1), FORKED.Event()

    def die() -> None:
        with hashing_slots.take():
            taken.set()
            signal.pause()

    child = FORKED.Process(target=die)
    child.start()
    assert taken.wait(LONG)
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join(LONG)
    assert hashing_slots.free == 0
    with hashing_slots.take():  # in vain
        pass
    assert hashing_slots.free == 1


def test_slots_given_back_too_often_do_not_grow() -> None:
    hashing_slots = HashingSlots(1, 0.01)
    with hashing_slots.take(), hashing_slots.take():  # the second was not to be had
        pass
    assert hashing_slots.free == 1
