"""A small server that keeps SMS messages for test phones. It imports none of the other packages."""

from phone_inbox.inbox import Inbox, InboxFull, SmsMessage
from phone_inbox.web import create_app

__all__ = ["Inbox", "InboxFull", "SmsMessage", "create_app"]
