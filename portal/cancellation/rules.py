"""What somebody is told before they leave."""

from dataclasses import dataclass

from portal.kernel.held import Fate, Register

ANONYMOUS = (
    "That an account was cancelled and when, without your name",
    "The numbers and dates of messages you sent us, without their words",
)


@dataclass(frozen=True, slots=True)
class Preview:
    """What goes and what stays when somebody cancels everything."""

    deleted: tuple[str, ...]
    kept: tuple[str, ...]


def preview(register: Register) -> Preview:
    """Read the preview off the declarations of what is held."""
    return Preview(
        tuple(one.category for one in register if one.fate is Fate.DELETED),
        (
            *(f"{one.category}: {one.retention}" for one in register if one.fate is Fate.KEPT),
            *ANONYMOUS,
        ),
    )
