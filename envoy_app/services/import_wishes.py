"""How rows of a demand table are recognised among the stored demands: where, what and when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from envoy_app.domain.demands import Demand, DemandState
from envoy_app.services.import_changes import Digests, digest
from envoy_app.services.import_matching import Judge, Key, Values, Verdict

_OPEN = frozenset({DemandState.PENDING, DemandState.ACCEPTED})
_TELLING = ("county", "town", "site", "content", "window_start", "window_end", "contact")
_SITE, _CONTENT, _CONTACT = "site", "content", "contact"


def demand_judge() -> Judge[Demand]:
    """Return how demands are recognised."""
    return Judge(_row_keys, _record_keys, _verdict, identity, mark, _label, _same_demand)


def _text(values: Values, key: str) -> str:
    return str(values.get(key) or "")


def identity(values: Values) -> str:
    """Return a mark of the cells that tell a demand from others."""
    start, end = _window(values)
    told = {name: values.get(name) for name in _TELLING}
    told |= {"window_start": start, "window_end": end}
    return mark({name: digest(value) for name, value in told.items() if value})


def mark(digests: Digests) -> str:
    """Return the mark of a row from the marks of its cells."""
    return digest(tuple(digests.get(name, "") for name in _TELLING))


def _row_keys(values: Values) -> Iterable[Key]:
    return _keys(*(_text(values, name) for name in ("county", _SITE, _CONTENT, _CONTACT)))


def _record_keys(demand: Demand) -> Iterable[Key]:
    return _keys(demand.county, demand.site, demand.content, demand.contact)


def _keys(county: str, site: str, content: str, contact: str) -> Iterable[Key]:
    yield ("where", county, site, content)
    if content:
        yield ("what", county, content)
    if site and contact:
        yield ("who", county, site, contact)


def _verdict(values: Values, demand: Demand) -> Verdict | None:
    if _text(values, "county") != demand.county:
        return None
    same_site = _text(values, _SITE) == demand.site
    same_content = _text(values, _CONTENT) == demand.content
    same_contact = _text(values, _CONTACT) == demand.contact
    same_window = _window(values) == (demand.window_start, demand.window_end)
    fit = 2 * (list(demand.specialties) == values.get("specialties"))
    fit += _text(values, "town") == demand.town
    if same_site and same_content and same_window:
        if same_contact:
            return Verdict(100, "县、地点、内容、时间和联系人相同", fit)
        return Verdict(_changed_contact(values, demand), "县、地点、内容和时间相同", fit)
    if demand.state not in _OPEN:
        return None  # what is done or refused comes again as a demand of its own
    return _likely(values, demand, fit, (same_site, same_content, same_contact, same_window))


def _changed_contact(values: Values, demand: Demand) -> int:
    """Return how sure a demand is that names another contact: only sure where something is said."""
    said = bool(demand.content and demand.site)
    return 92 if said and not (_text(values, _CONTACT) and demand.contact) else 80


def _likely(
    values: Values, demand: Demand, fit: int, same: tuple[bool, bool, bool, bool]
) -> Verdict | None:
    site, content, contact, window = same
    if site and content and demand.content and contact:
        ours, theirs = _window(values), (demand.window_start, demand.window_end)
        if not _apart(ours, theirs):
            return Verdict(75, "县、地点、内容和联系人相同，时间不同", fit)
        if _month(ours[0]) != _month(theirs[0]):
            return None  # the same service again next month
        return Verdict(55, "县、地点、内容和联系人相同，时间不同", fit)
    if content and window and contact and demand.content:
        return Verdict(70, "县、内容、时间和联系人相同，地点不同", fit)
    if site and window and contact and demand.site:
        return Verdict(65, "县、地点、时间和联系人相同，内容不同", fit)
    return None


def _window(values: Values) -> tuple[date | None, date | None]:
    start, end = values.get("window_start"), values.get("window_end")
    return (
        date.fromisoformat(str(start)) if start else None,
        date.fromisoformat(str(end)) if end else None,
    )


def _apart(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two windows share no day; an open end reaches any day."""
    first, second = sorted((one, other), key=lambda window: window[0] or date.min)
    return bool(first[1] and second[0] and first[1] < second[0])


def _month(day: date | None) -> tuple[int, int] | None:
    return (day.year, day.month) if day else None


def _label(demand: Demand) -> str:
    what = demand.content or demand.site or "服务需求"
    when = f"，{demand.window_start:%m-%d}起" if demand.window_start else ""
    return f"{what[:20]}（{demand.state.value}{when}）"


def _same_demand(one: Demand, other: Demand) -> bool:
    """Whether nothing tells two records apart."""
    return (one.specialties, one.town, one.phone) == (other.specialties, other.town, other.phone)
