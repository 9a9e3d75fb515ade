"""Forms of the security room: shape only."""

from portal.identity.credentials.rules import LONGEST_ANSWER
from portal.platform.web.fields import offer, pick, secret_line
from portal.platform.web.forms import Form


class NewQuestionForm(Form):
    """Choose a security question and its answer."""

    question = pick(
        "Security question", {}, empty="Choose a question", choose="Choose a security question"
    )
    answer = secret_line("Your answer", LONGEST_ANSWER, needed="Enter your answer")

    def offer(self, questions: dict[str, str]) -> None:
        """Offer the questions of this installation."""
        offer(self.question, questions)
