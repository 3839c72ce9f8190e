"""Names of people as rosters write them."""

from __future__ import annotations

import re

from envoy_app.domain.findings import Raw
from envoy_app.domain.text import cleaned, without_gaps

# Interpuncts met between the parts of minority names; all become U+00B7 (GB/T 15834).
_DOTS = re.compile("\\s*[•‧・･·⋅∙●．.⸱ᐧ]\\s*")
_GENDER_NOTE = re.compile(r"\s*[（(【\[]\s*([男女])\s*(?:性)?\s*[）)】\]]\s*$")
_FULL_WIDTH_LATIN = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF5B)}


def read_name(raw: Raw) -> tuple[str, str]:
    """Return the name in its normal form and the gender noted behind it ("" where none).

    Padding between Chinese characters goes (陈　梅), dots become ·, a trailing （女） is the
    gender. Characters are never replaced by look-alikes: people bear rare ones.
    """
    text = cleaned(raw)
    gender = ""
    if note := _GENDER_NOTE.search(text):
        gender, text = note.group(1), text[: note.start()]
    text = without_gaps(text.translate(_FULL_WIDTH_LATIN))
    return _DOTS.sub("·", text).strip("· "), gender


def read_gender(raw: Raw) -> str:
    """Return 男 or 女, or "" for anything else."""
    text = cleaned(raw)
    if text[:1] in ("男", "女"):
        return text[0]
    return {"m": "男", "male": "男", "f": "女", "female": "女"}.get(text.lower(), "")
