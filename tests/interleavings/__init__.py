"""Two verbs at once: one is held at each border of its statements while the other runs.

What comes of it must be what comes of one after the other. `python -m tests.interleavings`
goes through the whole table; `test_interleavings.py` through the pairs that found faults.
"""
