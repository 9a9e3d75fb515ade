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
        title="Need more time to look into it",
        topics=tuple(Topic),
        text=(
            "Hello {name},\n\n"
            "We’re still looking into your message. You’ll have our answer by {due day}.\n\n"
            "Reference: {reference}"
        ),
    ),
    NewReply(
        title="How to confirm a cancellation",
        topics=(Topic.CANCEL,),
        text=(
            "Hello {name},\n\n"
            "You asked us to cancel {service}. To confirm it, use the link in our other"
            " email.\n\n"
            "Reference: {reference}"
        ),
    ),
)
