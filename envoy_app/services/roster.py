"""The envoys."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from envoy_app.domain.changes import Changes, Topic
from envoy_app.domain.errors import ConflictError, InputError
from envoy_app.domain.people import Envoy
from envoy_app.domain.plans import PlanView
from envoy_app.domain.time import SlotTime, today
from envoy_app.persistence.unit_of_work import UnitOfWork
from envoy_app.services.context import ServiceContext
from envoy_app.services.history_values import Names
from envoy_app.services.record_edits import ENVOY, EditRefused, names_of
from envoy_app.services.roster_bulk import BulkField, BulkPreview
from envoy_app.services.roster_draft import EnvoyDraft, read_draft, same_id, second_leader
from envoy_app.services.roster_leave import span_words, with_leave, without_leave
from envoy_app.services.roster_load import EnvoyLoad, counted_plans, load_of

LOOKS_SETTING = "id_looks/"
_GONE = "名册里已找不到这些人，请刷新后再试。"


@dataclass(frozen=True, slots=True)
class IdLook:
    """Somebody looked at a whole ID number."""

    at: datetime
    who: str


class RosterService:
    """Reads and changes envoys."""

    def __init__(self, context: ServiceContext) -> None:
        """Take the workspace's context."""
        self._context = context

    # Reading ----------------------------------------------------------------------------

    def envoys(self, include_inactive: bool = False) -> tuple[Envoy, ...]:
        """Return envoys in the order they came."""
        with self._context.read() as uow:
            envoys = uow.envoys.all()
        return tuple(envoy for envoy in envoys if envoy.active or include_inactive)

    def envoy(self, envoy_id: str) -> Envoy:
        """Return one envoy; raises NotFoundError."""
        with self._context.read() as uow:
            return uow.envoys.get(envoy_id)

    def some(self, ids: Iterable[str]) -> tuple[Envoy, ...]:
        """Return these envoys, active or not, those there are, in the order of their ids."""
        with self._context.read() as uow:
            return uow.envoys.some(ids)

    def load(self, envoy_id: str, year: int, shown: PlanView | None = None) -> EnvoyLoad:
        """Return an envoy's half-days of a year: from published plans and the plan on view.

        Raises NotFoundError.
        """
        with self._context.read() as uow:
            envoy = uow.envoys.get(envoy_id)
            infos = [
                info
                for info in counted_plans(uow.plans.infos(), shown.info if shown else None)
                if info.start.year <= year <= info.end.year
            ]
            visits = uow.plans.visits_of(envoy_id, [info.id for info in infos])
        return load_of(envoy, year, visits, shown, self._context.reference.calendar())

    # ID numbers -------------------------------------------------------------------------

    def reveal_id_number(self, envoy_id: str) -> str:
        """Return a whole ID number, and note who looked at it and when.

        The note is kept in the database beside the settings and out of the list of changes:
        nothing was changed, so there is nothing to undo, and no undo takes the note away.
        """
        key = LOOKS_SETTING + envoy_id
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._context.uow() as uow:
            envoy = uow.envoys.get(envoy_id)
            uow.leave_unrecorded()
            uow.settings.put(key, [*uow.settings.get(key, []), [now, self._context.actor]])
            uow.commit()
        return envoy.id_number

    def id_looks(self, envoy_id: str) -> tuple[IdLook, ...]:
        """Return who looked at an envoy's whole ID number, newest first."""
        with self._context.read() as uow:
            looks = uow.settings.get(LOOKS_SETTING + envoy_id, [])
        return tuple(IdLook(datetime.fromisoformat(at), who) for at, who in reversed(looks))

    # Changing one -----------------------------------------------------------------------

    def save(self, envoy: Envoy) -> Changes:
        """Store a changed envoy; raises ConflictError where someone else changed it meanwhile."""
        with self._context.uow() as uow:
            before = uow.envoys.get(envoy.id)
            uow.describe(ENVOY.described(envoy, ENVOY.changed(before, envoy)))
            uow.envoys.save(envoy)
            return uow.commit()

    def save_draft(self, draft: EnvoyDraft, base: Envoy, *, merge: bool = False) -> Changes:
        """Store what was typed of an envoy that was read as `base`.

        Raises EditRefused with a sentence for each wrong field. Raises EditConflict where someone
        else changed the envoy meanwhile; with `merge` what was typed is put on top of that.
        """
        with self._context.uow() as uow:
            reading = read_draft(draft, base, today())
            envoy = reading.envoy
            current = uow.envoys.get(base.id)
            if current.version != base.version and current != base:
                if not merge:
                    raise ENVOY.conflict(base, current, self._names())
                envoy = ENVOY.merged(base, envoy, current)
            envoy = replace(envoy, version=current.version)
            self._refuse_wrong(uow, envoy, current, reading.problems)
            if not (fields := ENVOY.changed(current, envoy)):
                return Changes(frozenset(), "")
            uow.describe(ENVOY.described(envoy, fields))
            uow.envoys.save(envoy)
            return uow.commit()

    def add_draft(self, draft: EnvoyDraft, new: Envoy) -> Changes:
        """Store a new envoy with the id of `new`; raises EditRefused as `save_draft` does."""
        with self._context.uow() as uow:
            reading = read_draft(draft, new, today())
            self._refuse_wrong(uow, reading.envoy, new, reading.problems)
            uow.describe(f"新增特派员“{reading.envoy.name}”")
            uow.envoys.add([reading.envoy])
            return uow.commit()

    def set_leave(
        self, envoy_id: str, slots: Sequence[SlotTime], *, reason: str = "", leave: bool = True
    ) -> Changes:
        """Note that an envoy cannot come on these half-days, or (`leave` False) that he can.

        The rest of his leave stays as others may have changed it meanwhile.
        """
        with self._context.uow() as uow:
            envoy = uow.envoys.get(envoy_id)
            if leave:
                absences = with_leave(envoy.absences, slots, reason.strip())
                text = f"登记“{envoy.name}”请假：{span_words(slots)}"
            else:
                absences = without_leave(envoy.absences, slots)
                text = f"取消“{envoy.name}”的请假：{span_words(slots)}"
            if absences == envoy.absences:
                return Changes(frozenset(), "")
            uow.describe(text, reason=reason.strip() if leave else "")
            uow.envoys.save(replace(envoy, absences=absences))
            return uow.commit()

    # Changing many ----------------------------------------------------------------------

    def add(self, envoys: Iterable[Envoy]) -> Changes:
        """Store new envoys."""
        new = tuple(envoys)
        with self._context.uow() as uow:
            uow.describe(f"新增特派员 {len(new)} 人")
            uow.envoys.add(new)
            return uow.commit()

    def set_active(self, ids: Collection[str], active: bool, reason: str = "") -> Changes:
        """Retire envoys (停用) or take them back; nobody is ever deleted, plans name them.

        Raises InputError where there is nobody to do it with.
        """
        verb = "恢复" if active else "停用"
        with self._context.uow() as uow:
            found = [envoy for envoy in uow.envoys.some(ids) if envoy.active is not active]
            if not found:
                raise InputError(
                    f"选中的人都已经{'在岗' if active else '停用'}。" if ids else _GONE
                )
            one = f"“{found[0].name}”" if len(found) == 1 else f" {len(found)} 人"
            uow.describe(f"{verb}特派员{one}", reason=reason.strip())
            uow.envoys.save_all(replace(envoy, active=active) for envoy in found)
            return uow.commit()

    def apply_bulk(self, preview: BulkPreview) -> Changes:
        """Store what a preview shows, all of it or none, as one change.

        Raises ConflictError where one of them was changed since the preview was made.
        """
        after = [pair[1] for pair in preview.changes]
        if not after:
            raise InputError("没有人需要改。")
        word = preview.edit.field.label
        if preview.edit.field is BulkField.ACTIVE:
            word = "恢复" if preview.edit.value else "停用"
        with self._context.uow() as uow:
            text = f"批量修改特派员 {len(after)} 人：{word}"
            uow.describe(text if len(after) > 1 else f"修改特派员“{after[0].name}”：{word}")
            try:
                uow.envoys.save_all(after)
            except ConflictError as error:
                raise ConflictError(
                    "选中的人里有人刚被改过，什么都没有保存，请重新预览后再应用。"
                ) from error
            return uow.commit()

    # Inside -----------------------------------------------------------------------------

    def _names(self) -> Names:
        reference = self._context.reference
        return names_of(reference.gazetteer(), reference.vocabulary())

    @staticmethod
    def _refuse_wrong(uow: UnitOfWork, envoy: Envoy, before: Envoy, found: dict[str, str]) -> None:
        problems = dict(found)
        fields = ENVOY.changed(before, envoy)
        if {"id_number", "team_county", "team_role"} & {*fields}:
            others = uow.envoys.all()
            if "id_number" in fields and (sentence := same_id(envoy, others)):
                problems["id_number"] = sentence
            if sentence := second_leader(envoy, others):
                problems.setdefault("team_role", sentence)
        if problems:
            raise EditRefused(problems)


def touched_ids(changes: Changes | None) -> frozenset[str] | None:
    """Return the ids of the envoys that a change touched, None where all must be read again."""
    if changes is None or not changes.records:
        return None
    return changes.records.get(Topic.ROSTER, frozenset())
