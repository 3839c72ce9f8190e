"""Who acts where nobody says a name."""

from __future__ import annotations

import getpass


def system_user() -> str:
    """Return the name of the system's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return "本机用户"
