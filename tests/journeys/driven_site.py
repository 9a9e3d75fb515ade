"""The portal in a browser that is driven by WebDriver."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from tests.journeys.any_site import AnySite
from tests.journeys.engines import ELEMENT, Driver, wait_for

PATIENCE_SECONDS = 10
LONG = 100
"""Whoever has more than this many signs to type, pastes them."""
KEYS = {"Enter": "\ue007"}
"""Of what can be struck, the signs that the standard has for it."""
EYES = """
const tidy = (text) => (text ?? '').replace(/\\s+/g, ' ').trim();
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const seen = (one) => one.checkVisibility({ visibilityProperty: true });
const byIds = (one, name) => (one.getAttribute(name) ?? '').split(/\\s+/)
  .filter(Boolean).map((id) => document.getElementById(id)).filter(Boolean);
const words = (ones) => tidy([...ones].map((one) => one.textContent).join(' '));
const name = (one) => tidy(one.getAttribute('aria-label')) || words(byIds(one, 'aria-labelledby'))
  || tidy((one.querySelector(':scope > legend') ?? one).textContent);
const called = (selector, wanted) => all(selector)
  .filter((one) => seen(one) && name(one) === wanted);
const labelled = (wanted) => all('input, select, textarea').filter((one) =>
  [...one.labels ?? []].some((label) => tidy(label.textContent) === wanted));
// A driver brings a part into view by itself, but leaves it behind a bar that stays in sight.
const alone = (ones) => {
  if (ones.length !== 1) return null;
  ones[0].scrollIntoView({ block: 'center', behavior: 'instant' });
  return ones;
};
const errors = () => all('[data-error-summary] a');
const inGroup = (group, wanted) => called('fieldset, [role=group]', group).flatMap((one) =>
  all('label', one).filter((label) => tidy(label.textContent).includes(wanted)));
"""
"""How parts of a page are found by what a person reads."""


@dataclass
class DrivenSite(AnySite):
    """A portal that can be visited, and any browser that knows WebDriver."""

    start: Callable[[], Driver]
    drivers: list[Driver] = field(default_factory=list)
    """This browser and the others that were taken to the portal."""

    def __post_init__(self) -> None:
        self._driver = self.start()
        self.drivers.append(self._driver)

    def open(self, path: str) -> None:
        self._driver.ask("Navigate", url=self.address + path)

    def reload(self) -> None:
        self._driver.ask("Refresh")

    def go_back(self) -> None:
        self._driver.ask("Back")

    @property
    def path(self) -> str:
        return str(self._driver.ask("GetCurrentURL")).removeprefix(self.address)

    def press(self, name: str) -> None:
        self._click("called('button, [role=button]', given[0])", name)

    def follow(self, name: str) -> None:
        self._click("called('a[href]', given[0]).slice(0, 1)", name)

    def unfold(self, words: str) -> None:
        self._click("called('summary', given[0])", words)

    def strike(self, key: str) -> None:
        self._type(self._one("[document.activeElement]"), KEYS[key])

    def fill(self, fields: dict[str, str]) -> None:
        for label, text in fields.items():
            self._write("labelled(given[0])", label, text)

    def answer(self, text: str) -> None:
        self._write("all('main :is(input:not([type]), input[type=text])').filter(seen)", "", text)

    def choose(self, label: str, option: str) -> None:
        options = "labelled(given[0]).flatMap((one) => [...one.options])"
        self._click(f"{options}.filter((one) => tidy(one.textContent) === given[1])", label, option)

    def check(self, *labels: str) -> None:
        for label in labels:
            self._wait("labelled(given[0]).length", label)
            if not self._look("labelled(given[0])[0].checked", label):
                self._click("[labelled(given[0])[0].labels[0]]", label)
            self._wait("labelled(given[0])[0].checked", label)

    def turn(self, group: str, label: str) -> None:
        self._click("inGroup(...given)", group, label)

    def is_on(self, group: str, label: str) -> None:
        self._wait("inGroup(...given)[0].control.checked", group, label)

    def holds(self, label: str, text: str) -> None:
        self._wait("labelled(given[0])[0].value === given[1]", label, text)

    def arrive(self, heading: str) -> None:
        self._wait("words(all('h1').filter(seen)) === tidy(given[0])", heading)

    def has_title(self, title: str) -> None:
        self._wait("document.title === given[0]", title)

    def read(self, *words: str) -> None:
        for some in words:
            self._wait("words(all('main')).includes(tidy(given[0]))", some)

    def miss(self, *words: str) -> None:
        for some in words:
            self._wait("!words([document.body]).includes(tidy(given[0]))", some)

    def offers_no(self, name: str) -> None:
        self._wait("!called('button', given[0]).length", name)

    def has_error(self, label: str, words: str) -> None:
        self._wait(
            "errors().some((one) => seen(one) && name(one).includes(given[0]))",
            words,
        )
        self._wait(
            "words(byIds(labelled(given[0])[0], 'aria-describedby')).includes(given[1])",
            label,
            f"Error: {words}",
        )

    def counts(self, selector: str, number: int) -> None:
        self._wait("all(given[0]).length === given[1]", selector, number)

    def sees(self, selector: str) -> None:
        self._wait("all(given[0]).some(seen)", selector)

    def sees_no(self, selector: str) -> None:
        self._wait("!all(given[0]).some(seen)", selector)

    def says(self, selector: str, *words: str) -> None:
        self._wait(
            "all(given[0]).length === given[1].length"
            " && all(given[0]).every((one, i) => words([one]).includes(tidy(given[1][i])))",
            selector,
            words,
        )

    def text(self, selector: str = "main") -> str:
        return str(self._wait("all(given[0])[0].textContent", selector))

    def is_there(self, selector: str) -> bool:
        return bool(self._look("all(given[0]).some(seen)", selector))

    def run(self, script: str) -> None:
        self._driver.ask("ExecuteScript", script=script, args=[])

    def cookies(self) -> set[str]:
        return {one["name"] for one in self._driver.ask("GetCookies")}

    def elsewhere(self) -> Self:
        return type(self)(self.world, self.address, self.has_scripts, self.start, self.drivers)

    def _look(self, what: str, *given: Any) -> Any:
        """Return what is found on the page that is there."""
        script = f"{EYES} const given = arguments; return {what};"
        return self._driver.ask("ExecuteScript", script=script, args=list(given))

    def _wait(self, what: str, *given: Any) -> Any:
        """Look until it is true."""
        try:
            return wait_for(lambda: self._look(what, *given), f"{what} {given}", PATIENCE_SECONDS)
        except AssertionError as error:
            error.add_note(f"at {self.path}")
            raise

    def _one(self, what: str, *given: Any) -> str:
        """Return the only element there is, in the middle of the window."""
        (element,) = self._wait(f"alone({what})", *given)
        return str(element[ELEMENT])

    def _click(self, what: str, *given: Any) -> None:
        self._driver.ask("ElementClick", id=self._one(what, *given))

    def _type(self, element: str, text: str) -> None:
        self._driver.ask("ElementSendKeys", id=element, text=text)

    def _write(self, what: str, label: str, text: str) -> None:
        element = self._one(what, label)
        self._driver.ask("ElementClear", id=element)
        if len(text) > LONG:
            self._look(f"{what}[0].setRangeText(given[1])", label, text)
        elif text:
            self._type(element, text)
