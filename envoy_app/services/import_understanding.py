"""From files and answers to reports: what is shared by all files of a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import blake2b

from envoy_app.domain.import_choices import FileChoices
from envoy_app.domain.imports import ImportReport, TermAnswers
from envoy_app.domain.sheets import Sheet
from envoy_app.io.understanding.importing import understand
from envoy_app.io.understanding.row_reader import Lexicon
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext

LAYOUTS = "imports.layout."  # settings: {"layout": …, "columns": {heading: kind}}
Remembered = Mapping[str, Mapping[str, str]]


class Understanding:
    """Reads sheets with the vocabulary, learned words and remembered layouts of a workspace."""

    def __init__(self, context: ServiceContext, today: Callable[[], date]) -> None:
        """`today` dates demands that name no year."""
        self._context = context
        self._today = today
        self._lexicon: tuple[tuple[object, ...], Lexicon] | None = None

    def lexicon(self, answers: TermAnswers) -> Lexicon:
        """Return the look-ups, with words explained earlier and now."""
        reference = self._context.reference
        said = {**reference.own_terms(), **answers}
        parts = (reference.gazetteer(), reference.vocabulary(), self._today(), said)
        known = self._lexicon
        if known is None or any(
            one is not other if index < 2 else one != other
            for index, (one, other) in enumerate(zip(known[0], parts, strict=True))
        ):
            self._lexicon = known = (parts, Lexicon(*parts))
        return known[1]

    def report(
        self,
        name: str,
        sheets: Sequence[Sheet],
        choices: FileChoices,
        answers: TermAnswers,
        remembered: Remembered,
    ) -> ImportReport:
        """Return what sheets hold; nothing is matched yet."""
        return understand(name, sheets, choices, self.lexicon(answers), remembered)


def remembered(uow: UnitOfWork) -> dict[str, dict[str, str]]:
    """Return the corrections of columns made earlier, by layout."""
    return {item["layout"]: item["columns"] for item in uow.settings.starting(LAYOUTS).values()}


def remember(uow: UnitOfWork, corrections: Remembered) -> int:
    """Keep corrections of columns for files of the same layout; return how many are new."""
    count = 0
    for layout, columns in corrections.items():
        key = LAYOUTS + blake2b(layout.encode(), digest_size=16).hexdigest()
        known = uow.settings.get(key, {"layout": layout, "columns": {}})
        wanted = {**known["columns"], **columns}
        if wanted != known["columns"]:
            uow.settings.put(key, {"layout": layout, "columns": wanted})
            count += 1
    return count
