"""Forms of the marketing room: shape only."""

from dataclasses import replace

from portal.consent.marketing.rules import (
    AT,
    BOXES,
    NO_MORE,
    REFUSALS,
    SHOWN,
    WORDING,
    Agreed,
    Choice,
    Choices,
    choices_of,
    label_of,
    offered_choices,
    read_choices,
)
from portal.consent.purposes.rules import Catalogue, PurposeKind
from portal.platform.core.merging import MadeFrom
from portal.platform.core.texts import _
from portal.platform.web.fields import carried_text, email_line, offer, tick_box, tick_boxes, unseen
from portal.platform.web.forms import LONGEST_CARRIED, Form, MergedForm


class ChoicesForm(MergedForm):
    """A box for each choice; an unticked one is a no."""

    choices = tick_boxes(_("Choices"), {}, wrong=_("Choose only from the choices on this page"))
    shown = carried_text(LONGEST_CARRIED)
    """The purposes with boxes that could be ticked on the page: it says no to nothing else."""
    wording = unseen()
    """The number of the version that it asks in: it says yes to no other words."""
    ask_again = tick_box(_("Ask me about companies again"))
    """The button that takes back that no more companies are wanted."""

    _sent: dict[str, str | None] | None = None
    """What came in the fields that are written anew as often as the page is drawn."""

    drawn: frozenset[str] = frozenset()
    """The purposes that the page draws, once it is known: see `draw`."""

    def offer(self, catalogue: Catalogue) -> None:
        """Offer what is asked today, in the words of today."""
        asked = sorted(offered_choices(catalogue))
        if self._sent is None:
            self._sent = {SHOWN: self.shown.data, WORDING: self.wording.data}
        self.wording.data = str(catalogue.number)
        offer(self.choices, {choice.value: label_of(catalogue, choice) for choice in asked})

    def draw(self, catalogue: Catalogue, choices: Choices, held: Agreed = frozenset()) -> None:
        """Say what the page draws, as the last thing before it is drawn.

        All that is asked; of companies only what is ticked, where no more are wanted. Boxes that
        are `held` are drawn and cannot be ticked.
        """
        companies = choices_of(catalogue, {PurposeKind.SHARING})
        unwanted = companies if NO_MORE in choices.agreed else frozenset[Choice]()
        left_out = unwanted - read_choices(self.choices.data or [])
        self.drawn = frozenset(one.purpose for one in offered_choices(catalogue) - left_out)
        self.shown.data = " ".join(sorted(self.drawn - {one.purpose for one in held}))

    def fill(self, choices: Choices, ticked: Agreed | None = None) -> None:
        """Show the saved choices, or other ticked boxes, on a form made from the saved ones."""
        shown = choices.agreed if ticked is None else ticked
        self.choices.data = [choice.value for choice in shown]
        words = sorted(choice.value for choice in choices.agreed)
        at = choices.saved_at.isoformat() if choices.saved_at else ""
        self.carry(choices.version, {BOXES: " ".join(words), AT: at})

    def agreed(self) -> Agreed:
        """Return the ticked boxes, without a refusal that the same form takes back."""
        taken_back = REFUSALS if self.ask_again.data else frozenset[Choice]()
        return read_choices(self.choices.data or []) - taken_back

    def read_made_from(self) -> MadeFrom:
        """Return what the form says it was made from and showed; call `offer` first."""
        made_from = super().read_made_from()
        known = {name: said for name, said in (self._sent or {}).items() if said is not None}
        return replace(made_from, values={**made_from.values, **known})


class ChoicesLinkForm(Form):
    """Ask for a link to one's choices."""

    email = email_line(_("Email address"), needed=_("Enter your email address"))
