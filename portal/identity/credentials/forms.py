"""Forms for new passwords and security questions, and whether these are hard to guess."""

from collections.abc import Callable

from portal.identity.credentials.rules import (
    LONGEST_ANSWER,
    SHORTEST_PASSWORD,
    find_answer_fault,
    find_password_fault,
)
from portal.platform.core.texts import _
from portal.platform.web.fields import offer, password, pick, secret_line
from portal.platform.web.forms import Form


class NewSecretsForm(Form):
    """Choose a password and a security question."""

    password = password(_("Create a password"), needed=_("Enter a password"))
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

    def is_safe_post(
        self,
        questions: dict[str, str],
        facts: tuple[str, ...],
        is_breached: Callable[[str], bool],
        shortest: int = SHORTEST_PASSWORD,
    ) -> bool:
        """Tell whether the form was sent, is valid, and is hard to guess; all errors at once.

        `facts` are the person's details and the brand; `is_breached` may call a service, so never
        inside a transaction.
        """
        if not self.is_submitted():
            return False
        self.is_valid_post()
        secret, answer = self.password.data or "", self.answer.data or ""
        weak = find_password_fault(secret, facts, is_breached, shortest=shortest)
        if weak and not self.password.errors:
            self.say("password", weak)
        asked = questions.get(self.question.data or "", "")
        guessable = find_answer_fault(answer, asked, facts, secret)
        if guessable and not self.answer.errors:
            self.say("answer", guessable)
        return not self.errors
