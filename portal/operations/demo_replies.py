"""Ready-made replies to try the portal with."""

from portal.desk.canned_replies.rules import NewReply
from portal.desk.case_records.rules import Topic

REPLIES = (
    NewReply(
        title="Where to see and download their data",
        topics=(Topic.COPY, Topic.PORTABILITY),
        text=(
            "Hello {name},\n\n"
            "Thank you for your message of {received day}.\n\n"
            "You can see everything we hold about you, and download it, in your account under"
            " “Your data”.\n\n"
            "Reference: {reference}"
        ),
    ),
    NewReply(
        title="Why they got a marketing call",
        topics=(Topic.MARKETING, Topic.NUISANCE),
        text=(
            "Hello {name},\n\n"
            "We’re sorry about the call. We’ve checked your marketing choices, and we won’t call"
            " you about offers again.\n\n"
            "Reference: {reference}"
        ),
    ),
    NewReply(
        title="It’s done, as they asked",
        topics=tuple(Topic),
        text=(
            "Hello {name},\n\n"
            "You wrote to us on {received day}. We’ve done what you asked.\n\n"
            "Reference: {reference}"
        ),
    ),
    NewReply(
        title="Where to cancel a service themselves",
        topics=(Topic.CANCEL,),
        text=(
            "Hello {name},\n\n"
            "You asked us to cancel {service}. You can do that in your account under"
            " “Registrations”.\n\n"
            "Reference: {reference}"
        ),
    ),
)
