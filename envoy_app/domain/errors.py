"""Errors that are told to people: one Chinese sentence saying what, where, what to do."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend; `str(error)` is the sentence to show. Exit code 3."""


class InputError(UserError):
    """A file, a date range or another input cannot be used; nothing was written."""


class EnvironmentProblem(UserError):
    """The place the program runs in does not fit: network folder, newer database, no font."""


class ConflictError(UserError):
    """The record was changed by someone else since it was read; nothing was written."""


class UndoConflict(ConflictError):
    """Undoing would take later changes away; nothing was written.

    `records` are the names of the records in the way; `rest` says how many others could be taken
    back without them.
    """

    def __init__(self, sentence: str, records: tuple[str, ...], rest: int) -> None:
        """`sentence` is what people are told."""
        super().__init__(sentence)
        self.records = records
        self.rest = rest


class PlanRejected(UserError):
    """The optimiser's plan broke a rule when checked; nothing was written."""


class NotFoundError(UserError):
    """A plan, an envoy or another record with this id does not exist."""


class Cancelled(Exception):
    """The user stopped a job; nothing was written."""


class DamagedDatabase(EnvironmentProblem):
    """The database cannot be read any more; it was left as it is, and a backup can be restored."""


class AlreadyOpen(EnvironmentProblem):
    """Another running application has this database open."""


class ForeignFile(EnvironmentProblem):
    """The file is not a database of this program; it was left as it is."""
