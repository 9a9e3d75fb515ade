"""Forms of the security room: shape only."""

from portal.identity.credentials.rules import LONGEST_ANSWER
from portal.platform.core.texts import _
from portal.platform.web.fields import offer, pick, secret_line
from portal.platform.web.forms import Form


class NewQuestionForm(Form):
    """Choose a security question and its answer."""

    question = pick(
        _("Security question"),
        {},
        empty=_("Choose a question"),
        choose=_("Choose a security question"),
    )
    answer = secret_line(_("Your answer"), LONGEST_ANSWER, needed=_("Enter your answer"))

    def offer(self, questions: dict[str, str]) -> None:
        """Offer the questions of this installation."""
        offer(self.question, questions)
