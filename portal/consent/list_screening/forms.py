"""The form that takes a campaign list: shape only."""

from wtforms import Field, ValidationError

from portal.consent.list_screening.rules import Campaign
from portal.consent.purposes.rules import CHANNELS, Catalogue, PurposeKind
from portal.identity.contact_index.rules import Channel
from portal.platform.core.texts import _
from portal.platform.web.fields import offer, pick, radios, tick_box, upload
from portal.platform.web.forms import Form

TPS_FILE = _("Telephone Preference Service file")


class ListForm(Form):
    """A campaign list, and the campaign it is for."""

    purpose = pick(
        _("What is it about?"), {}, empty=_("Choose a topic"), choose=_("Choose what it is about")
    )
    channel = radios(
        _("How will you contact people?"),
        dict(CHANNELS),
        choose=_("Choose how you’ll contact people"),
    )
    file = upload(_("The list"), called="list", needed=_("Choose the file with the list"))
    prospects = tick_box(_("Also let through people who aren’t customers"))
    tps = upload(_("File of the Telephone Preference Service (optional)"), called=TPS_FILE)

    def offer(self, catalogue: Catalogue) -> None:
        """Offer the purposes of today's catalogue."""
        offer(self.purpose, {one.key: one.title for one in catalogue.of(PurposeKind.MARKETING)})

    def read(self) -> Campaign:
        """Return the campaign."""
        return Campaign(
            purpose=self.purpose.data,
            channel=Channel(self.channel.data),
            prospects=bool(self.prospects.data),
        )

    def validate_tps(self, field: Field) -> None:
        """Require the Telephone Preference Service's file for calls to non-customers (PECR, 21)."""
        is_call = self.channel.data == Channel.TELEPHONE
        if field.data and not is_call:
            raise ValidationError(
                _("Telephone Preference Service file is for phone calls only. Leave it empty")
            )
        if is_call and self.prospects.data and not field.data:
            raise ValidationError(
                _(
                    "Telephone Preference Service file is needed before you ring people who"
                    " aren’t customers"
                )
            )
