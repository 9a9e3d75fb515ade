"""Forms of the queue: shape only."""

from collections.abc import Iterable, Mapping

from portal.desk.queue.rules import LONGEST_VIEW_NAME, ChosenCase, check_view_name, read_chosen
from portal.platform.core.texts import _
from portal.platform.web.field_checks import Parses
from portal.platform.web.fields import line, offer, pick, tick_boxes
from portal.platform.web.forms import Form


class AssignChosenForm(Form):
    """Assign the cases that are ticked to one colleague."""

    chosen = tick_boxes(
        _("Cases"),
        {},
        wrong=_("Choose the cases again"),
        called=_("the cases"),
        needed=_("Choose at least one case"),
    )
    colleague = pick(
        _("Assign to"), {}, empty=_("Choose a colleague"), choose=_("Choose a colleague")
    )

    def prepare(self, colleagues: Mapping[str, str], ticked: Iterable[str]) -> None:
        """Offer who works at the desk today, and take the ticks as they were sent."""
        offer(self.colleague, colleagues)
        self.chosen.choices = []
        offer(self.chosen, {one: one for one in ticked if read_chosen(one) is not None})

    def read_cases(self) -> list[ChosenCase]:
        """Return the cases that were ticked, each in the version that was seen."""
        found = (read_chosen(one) for one in dict.fromkeys(self.chosen.data or ()))
        return [one for one in found if one is not None]


class ViewForm(Form):
    """Give the filters in use a name."""

    view_name = line(
        _("Name of this view"),
        LONGEST_VIEW_NAME,
        called=_("the name of this view"),
        needed=_("Enter a name for this view"),
        check=Parses(
            check_view_name,
            _("The name of this view can’t have an email address or a long number in it"),
        ),
        autocomplete="off",
    )

    def say_taken(self) -> None:
        """Say that there is a view of this name."""
        self.say("view_name", _("You already have a view with this name. Enter another name"))

    def say_many(self) -> None:
        """Say that there are as many views as there may be."""
        self.say("view_name", _("You have 20 views. Delete one before you save this view"))
