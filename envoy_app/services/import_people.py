"""How rows of a roster are recognised among the stored envoys."""

from __future__ import annotations

from collections.abc import Iterable

from envoy_app.domain.people import Envoy
from envoy_app.services.import_changes import Digests, digest
from envoy_app.services.import_likeness import Organisations, alike_names
from envoy_app.services.import_matching import Judge, Key, Values, Verdict

_TELLING = ("name", "id_number", "organisation", "team_county")
_ALIKE_FIELDS = ("organisation", "title", "team_county", "base_county", "major", "post")


def people_judge(organisations: Organisations) -> Judge[Envoy]:
    """Return how envoys are recognised."""
    person = _Person(organisations)
    return Judge(
        person.row_keys, person.record_keys, person.verdict, identity, mark, _label, _same_person
    )


def _text(values: Values, key: str) -> str:
    return str(values.get(key) or "")


def _phones(values: Values) -> tuple[str, ...]:
    found = values.get("phones")
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()


def is_mobile(phone: str) -> bool:
    """Whether a number is a person's own rather than an office's."""
    return len(phone) == 11 and phone.startswith("1")


def identity(values: Values) -> str:
    """Return a mark of the cells that tell who a row is."""
    told = {name: values.get(name) for name in _TELLING if values.get(name)}
    told["phones"] = _phones(values)
    return mark({name: digest(value) for name, value in told.items() if value})


def mark(digests: Digests) -> str:
    """Return the mark of a row from the marks of its cells."""
    where = digests.get("organisation") or digests.get("team_county", "")
    who = tuple(digests.get(name, "") for name in ("name", "id_number", "phones"))
    return digest((*who, where))


def _label(envoy: Envoy) -> str:
    where = envoy.organisation or envoy.title
    return f"{envoy.name}（{where}）" if where else envoy.name


def _same_person(one: Envoy, other: Envoy) -> bool:
    """Whether nothing tells two records apart."""
    return (one.id_number, one.phones, one.organisation, one.birth) == (
        other.id_number,
        other.phones,
        other.organisation,
        other.birth,
    )


class _Person:
    def __init__(self, organisations: Organisations) -> None:
        self._organisations = organisations

    def row_keys(self, values: Values) -> Iterable[Key]:
        return self._keys(
            _text(values, "name"),
            _text(values, "id_number"),
            _phones(values),
            _text(values, "organisation"),
            _text(values, "team_county"),
            _text(values, "birth"),
        )

    def record_keys(self, envoy: Envoy) -> Iterable[Key]:
        return self._keys(
            envoy.name,
            envoy.id_number,
            envoy.phones,
            envoy.organisation,
            envoy.team_county or "",
            envoy.birth,
        )

    def _keys(
        self,
        name: str,
        number: str,
        phones: tuple[str, ...],
        organisation: str,
        team: str,
        birth: str,
    ) -> Iterable[Key]:
        if number:
            yield ("id", number)
        for phone in phones:
            yield ("phone", name, phone)
            if is_mobile(phone):
                yield ("mobile", phone)
        if organisation:
            yield ("office", name, self._organisations.read(organisation).core)
        if birth:
            yield ("birth", name, birth[:7])
        yield ("team", name, team)

    def verdict(self, values: Values, envoy: Envoy) -> Verdict | None:
        """Return how sure a row is an envoy; None where it is somebody else."""
        name = _text(values, "name")
        number = _text(values, "id_number")
        fit = _fit(values, envoy)
        if number and number == envoy.id_number:
            return self._same_number(values, envoy, fit)
        shared = bool(set(_phones(values)) & set(envoy.phones))
        if number and envoy.id_number:
            if shared and name == envoy.name:
                return Verdict(60, "姓名和电话相同，身份证号不同", fit)
            return None
        if name == envoy.name:
            return self._same_name(values, envoy, fit, shared=shared)
        if shared:
            return self._same_phone(values, envoy, fit)
        return None

    def _same_number(self, values: Values, envoy: Envoy, fit: int) -> Verdict:
        name = _text(values, "name")
        if name == envoy.name:
            return Verdict(100, "身份证号相同", fit)
        if alike_names(name, envoy.name):
            return Verdict(96, "身份证号相同，姓名写法相近", fit)
        if set(_phones(values)) & set(envoy.phones):
            return Verdict(93, "身份证号和电话相同，姓名不同", fit)
        if self._office(values, envoy) > 0:
            return Verdict(91, "身份证号和单位相同，姓名不同", fit)
        return Verdict(75, "身份证号相同，姓名不同", fit)

    def _same_phone(self, values: Values, envoy: Envoy, fit: int) -> Verdict | None:
        """Judge two names on one telephone; an office's number alone says nothing."""
        if not any(map(is_mobile, set(_phones(values)) & set(envoy.phones))):
            return None
        office = self._office(values, envoy)
        if alike_names(_text(values, "name"), envoy.name):
            if office > 0 and not _contradicts(values, envoy):
                return Verdict(92, "电话和单位相同，姓名写法相近", fit)
            return Verdict(80, "电话相同，姓名写法相近", fit)
        if office <= 0 and _contradicts(values, envoy):
            return None  # a number that was given to somebody else
        return Verdict(55, "电话相同，姓名不同", fit)

    def _same_name(self, values: Values, envoy: Envoy, fit: int, *, shared: bool) -> Verdict | None:
        if shared:
            return Verdict(98, "姓名和电话相同", fit)
        office = self._office(values, envoy)
        other_phone = bool(_phones(values) and envoy.phones)
        if _contradicts(values, envoy):
            if office > 0 and not other_phone:
                return Verdict(50, "姓名和单位相同，性别或出生年月不同", fit)
            return None
        if office > 0:
            if other_phone:
                return Verdict(65, "姓名和单位相同，电话不同", fit)
            if office == 2:
                return Verdict(94, "姓名和单位相同", fit)
            return Verdict(91, "姓名相同，单位写法相近", fit)
        if _bare(values):
            team = _text(values, "team_county")
            if team == (envoy.team_county or ""):
                return Verdict(SURE_BY_TEAM, "姓名和服务县相同", fit)
            return Verdict(60, "姓名相同，服务县不同或未填", fit) if not envoy.team_county else None
        birth = _text(values, "birth")
        if birth and envoy.birth:
            return Verdict(70, "姓名和出生年月相同", fit)
        return None

    def _office(self, values: Values, envoy: Envoy) -> int:
        return self._organisations.agreement(_text(values, "organisation"), envoy.organisation)


SURE_BY_TEAM = 90


def _contradicts(values: Values, envoy: Envoy) -> bool:
    """Whether gender or birth differ; one may know the day, the other the month."""
    gender, birth = _text(values, "gender"), _text(values, "birth")
    shared = min(len(birth), len(envoy.birth))
    return bool(gender and envoy.gender and gender != envoy.gender) or (
        birth[:shared] != envoy.birth[:shared]
    )


def _fit(values: Values, envoy: Envoy) -> int:
    """Return how many particulars agree."""
    agree = sum(_text(values, key) == (getattr(envoy, key) or "") for key in _ALIKE_FIELDS)
    return agree + 2 * (set(_phones(values)) == set(envoy.phones))


def _bare(values: Values) -> bool:
    """Whether a row tells nothing of a person but the name and the team."""
    return not (values.get("id_number") or values.get("phones") or values.get("organisation"))
