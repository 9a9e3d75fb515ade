"""What a person does before a screen, whichever browser it is."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from tests.world import Person, World

LATER = "const {{ now }} = window.Date; window.Date.now = () => now() + {ahead};"
"""Moves the clock that the scripts of the page read; `ahead` is in milliseconds."""
SIGNED_IN, PROBLEM = "[data-signed-in] .masthead__end", "[data-error-summary]"


@dataclass
class AnySite(ABC):
    """A portal that can be visited, and what every browser can do with it.

    A verb that looks for something waits for it. What a verb names, it names as a person reads it:
    a field by its label, a button and a link by their names. Few parts of a page have no name to be
    read; these are named by a selector.
    """

    world: World
    address: str
    has_scripts: bool

    @abstractmethod
    def open(self, path: str) -> object: ...

    @abstractmethod
    def reload(self) -> None: ...

    @abstractmethod
    def go_back(self) -> None: ...

    @property
    @abstractmethod
    def path(self) -> str: ...

    @abstractmethod
    def press(self, name: str) -> None:
        """Press a button by its name."""

    @abstractmethod
    def follow(self, name: str) -> None:
        """Follow the first link of this name."""

    @abstractmethod
    def unfold(self, words: str) -> None:
        """Open what is folded away behind these words."""

    @abstractmethod
    def strike(self, key: str) -> None:
        """Strike a key, such as Enter, wherever the focus is."""

    @abstractmethod
    def fill(self, fields: dict[str, str]) -> None:
        """Fill in fields by their labels."""

    @abstractmethod
    def answer(self, text: str) -> None:
        """Fill in the only field of text, whatever it asks."""

    @abstractmethod
    def choose(self, label: str, option: str) -> None:
        """Choose from a list by its label."""

    @abstractmethod
    def check(self, *labels: str) -> None:
        """Tick boxes, or choose radio buttons, by their labels."""

    @abstractmethod
    def turn(self, group: str, label: str) -> None:
        """Press a box of a group, whether it is ticked or not."""

    @abstractmethod
    def is_on(self, group: str, label: str) -> None:
        """Wait until a box of a group is ticked."""

    @abstractmethod
    def holds(self, label: str, text: str) -> None:
        """Wait until a field holds this."""

    @abstractmethod
    def arrive(self, heading: str) -> None:
        """Wait for a page with this heading."""

    @abstractmethod
    def has_title(self, title: str) -> None:
        """Wait until the window has this title."""

    @abstractmethod
    def read(self, *words: str) -> None:
        """Wait until the page says all of this."""

    @abstractmethod
    def miss(self, *words: str) -> None:
        """Make sure that the page, which is there already, says nothing of this."""

    @abstractmethod
    def offers_no(self, name: str) -> None:
        """Wait until no button of this name can be seen."""

    @abstractmethod
    def has_error(self, label: str, words: str) -> None:
        """Wait for an error in the summary and beside its field."""

    @abstractmethod
    def counts(self, selector: str, number: int) -> None:
        """Wait until the page has this many of something."""

    @abstractmethod
    def sees(self, selector: str) -> None:
        """Wait until something can be seen."""

    @abstractmethod
    def sees_no(self, selector: str) -> None:
        """Wait until something is hidden or gone."""

    @abstractmethod
    def says(self, selector: str, *words: str) -> None:
        """Wait until parts of the page hold these words, each its own, in this order."""

    @abstractmethod
    def text(self, selector: str = "main") -> str:
        """Return what a part of the page that is there already says."""

    @abstractmethod
    def run(self, script: str) -> None:
        """Do something that a person cannot do, such as let time pass."""

    @abstractmethod
    def cookies(self) -> set[str]:
        """Return the names of what the browser keeps."""

    @abstractmethod
    def elsewhere(self) -> "AnySite":
        """Take another browser to the same portal."""

    def is_told(self, words: str) -> None:
        """Wait for words at the top of the page."""
        self.says("[data-flash]", words)

    def let_pass(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass on the page, not at the server; it is noticed within a second."""
        self.run(LATER.format(ahead=int((minutes * 60 + seconds) * 1000)))

    def sign_in(self, person: Person, path: str = "/sign-in") -> None:
        """Sign in, at the desk as well; `path` may be any page that asks for it."""
        self.open(path)
        at_the_desk = self.path.startswith("/staff")
        email = "Work email address" if at_the_desk else "Email address"
        self.fill({email: person.email, "Password": person.password})
        self.press("Continue")
        if at_the_desk:
            self._give_code(person)
        else:
            self.arrive("Answer your security question")
            self.answer(person.answer)
            self.press("Sign in")
        self.sees(SIGNED_IN)

    def _give_code(self, person: Person) -> None:
        """Give a colleague's code; one of paper where it was used already at this moment."""
        self.arrive("Enter the code from your app")
        self.answer(self.world.code(person))
        self.press("Sign in")
        self.sees(f"{SIGNED_IN}, {PROBLEM}")
        if not self.is_there(PROBLEM):
            return
        self.follow("Use a recovery code")
        self.answer(person.codes.pop())
        self.press("Sign in")

    @abstractmethod
    def is_there(self, selector: str) -> bool:
        """Tell, without waiting, whether the page has something."""
