"""Forms of the cancellation room: shape only."""

from collections.abc import Collection

from portal.erasure.cancellation.rules import COPY_FIRST, WHENS, DownloadFirst, When
from portal.identity.accounts.rules import SERVICES, Service
from portal.platform.core.texts import _
from portal.platform.web.fields import radios, tick_box
from portal.platform.web.forms import Form


class AddRegistrationForm(Form):
    """Register one more service."""

    service = radios(
        _("Which service do you want to add?"),
        SERVICES,
        choose=_("Choose a service to add"),
    )

    def leave_out(self, services: Collection[Service]) -> None:
        """Offer no service that somebody has."""
        self.service.choices = [
            one for one in self.service.choices if Service(one.value) not in services
        ]

    def chosen(self) -> Service:
        """Return which service is to be registered."""
        return Service(self.service.data)


class CancelForm(Form):
    """The last step before one registration goes."""

    confirm = tick_box(
        _("I understand that my registration ends straight away"),
        called=_("you understand"),
        needed=_("Tick the box to say you understand that your registration ends"),
    )


class CopyFirstForm(Form):
    """The first step of deleting an account."""

    copy = radios(
        _("Do you want to download your data first?"),
        COPY_FIRST,
        choose=_("Choose whether to download your data first"),
    )

    def chosen(self) -> DownloadFirst:
        """Return whether they want a copy."""
        return DownloadFirst(self.copy.data)


class WhenForm(Form):
    """The second step of deleting an account."""

    when = radios(
        _("When should we delete your account?"),
        WHENS,
        choose=_("Choose when we should delete everything"),
        first=When.LATER,
    )

    def chosen(self) -> When:
        """Return when everything is to be deleted."""
        return When(self.when.data)
