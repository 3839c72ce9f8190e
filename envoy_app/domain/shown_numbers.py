"""Personal numbers as screen and history show them; only who asks for a whole one sees it."""

from __future__ import annotations

_ID_SHOWN = (6, 1)
_SHORTEST_PHONE = 7


def masked_id(number: str) -> str:
    """Return an ID number with its first six and its last character: 510182***********X.

    Where a person is from and was born stands beside it anyway, so the three digits that tell
    people of one day and place apart must stay hidden, with one of the rest: the same ones
    everywhere, for two masks of one number could be laid over each other.
    """
    first, last = _ID_SHOWN
    if len(number) <= first + last:
        return "*" * len(number)
    return number[:first] + "*" * (len(number) - first - last) + number[-last:]


def masked_phone(number: str) -> str:
    """Return a telephone number without its middle four digits: 139****5678."""
    if len(number) < _SHORTEST_PHONE:
        return number
    start = max(0, len(number) - 8)
    return number[:start] + "****" + number[start + 4 :]
