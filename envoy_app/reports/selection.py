"""Which counties a document covers."""

from __future__ import annotations

from envoy_app.domain.errors import InputError
from envoy_app.domain.geography import County
from envoy_app.reports.model import Source


def chosen_counties(source: Source) -> tuple[County, ...]:
    """Return the counties to print in gazetteer order.

    Raises:
        InputError: a code is not in the gazetteer; the sentence names it.
    """
    known = source.gazetteer.by_code
    for code in source.counties:
        if code not in known:
            raise InputError(
                f"没有代码为 {code} 的县（市、区），请使用六位行政区划代码，如 510104。"
            )
    return tuple(
        county
        for county in source.gazetteer.counties
        if not source.counties or county.code in source.counties
    )
