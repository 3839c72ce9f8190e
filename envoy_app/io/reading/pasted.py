"""What the clipboard held: the table in its HTML, else in its text."""

from __future__ import annotations

from typing import Any

from envoy_app.io.reading import html_tables, text_table
from envoy_app.io.reading.output import Output, Refused


def read(record: dict[str, Any], output: Output) -> None:
    """Write the tables of {"name", "text", "html"}. Raises Refused ("empty", "quotes", …)."""
    name, text, html = (str(record.get(key) or "") for key in ("name", "text", "html"))
    text = text.replace("\r\n", "\n").strip("\n\0")
    if "<t" in html.lower():
        # Windows puts lines about offsets before the first element.
        reader = html_tables.parsed(html[max(0, html.find("<")) :])
        if html_tables.write_tables(reader, name, output):
            return
    if not text.strip() and html:
        text = html_tables.text_of(html_tables.parsed(html).loose)
    if not text.strip():
        raise Refused("empty")
    text_table.read(text, name, output)
