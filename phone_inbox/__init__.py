"""The one inbox: a small server that keeps texts for test phones. It imports none of the other packages."""

from phone_inbox.inbox import Inbox, InboxFull, Text
from phone_inbox.web import create_app

__all__ = ["Inbox", "InboxFull", "Text", "create_app"]
