"""Who must be told of a plan or of its changes, and in which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from envoy_app.domain.geography import Gazetteer
from envoy_app.domain.plan_changes import Notice, ToldAs, VisitChange
from envoy_app.domain.plans import EnvoyCard, PlanView, VisitView
from envoy_app.domain.time import day_label
from envoy_app.domain.vocabulary import Vocabulary
from envoy_app.services.plan_matching import moved

COORDINATOR = "县级协调员"
"""Who is told in a county of visits for which nobody there is named."""
_VERBS = {
    "集中培训": "讲授",
    "现场指导": "指导",
    "技术咨询": "解答",
    "示范推广": "示范",
    "创业带动": "帮带",
}


@dataclass(frozen=True, slots=True)
class VisitWords:
    """Puts visits and people of one or two versions into words."""

    gazetteer: Gazetteer
    vocabulary: Vocabulary
    views: tuple[PlanView, ...]

    def card(self, envoy: str) -> EnvoyCard | None:
        """Return what the newest of the versions knows of an envoy."""
        return next((view.envoys[envoy] for view in self.views if envoy in view.envoys), None)

    def name(self, envoy: str) -> str:
        """Return an envoy's name."""
        card = self.card(envoy)
        return card.name if card else "名册中没有的人"

    def names(self, envoys: Iterable[str], *, phones: bool = False) -> str:
        """Return names, with phone numbers where asked for."""
        return "、".join(self._named(envoy, phones) for envoy in envoys)

    def _named(self, envoy: str, phones: bool) -> str:
        card = self.card(envoy)
        return (
            f"{card.name}（{card.phone}）" if phones and card and card.phone else self.name(envoy)
        )

    def county(self, code: str) -> str:
        """Return a county's full name."""
        county = self.gazetteer.by_code.get(code)
        return county.name if county else code

    def when(self, visit: VisitView) -> str:
        """Return when a visit is held: 12-03 周四上午, or its days."""
        if visit.start is None:
            return "未排"
        first = day_label(visit.start.date)
        if visit.slots == 1:
            return f"{first}{visit.start.half.label}"
        last = visit.slot_times(self._days(visit))[-1].date
        return f"{first}全天" if last == visit.start.date else f"{first} 至 {day_label(last)}"

    def _days(self, visit: VisitView) -> tuple[date, ...]:
        # A visit of several days lies on the working days of the plan that holds it.
        return next(view.days for view in self.views if visit in view.visits)

    def where(self, visit: VisitView) -> str:
        """Return county, town and place."""
        return self.county(visit.county) + visit.place

    def deed(self, visit: VisitView) -> str:
        """Return what is done there: 讲授 柑橘冬管."""
        codes = dict.fromkeys(role.specialty for role in visit.roles)
        what = visit.content or "、".join(map(self.vocabulary.name, codes))
        return f"{_VERBS.get(visit.mode, '开展')} {what}"

    def contact(self, visit: VisitView) -> str:
        """Return the county's contact with phone, or ""."""
        return " ".join(part for part in (visit.contact, visit.contact_phone) if part)

    def to_envoy(self, visit: VisitView) -> str:
        """Return a visit as somebody hears it who goes."""
        return f"{self.when(visit)} 去 {self.where(visit)} {self.deed(visit)}"

    def to_county(self, visit: VisitView, *, phones: bool = False) -> str:
        """Return a visit as those hear it who receive it."""
        who = self.names(visit.envoys, phones=phones) or "（人员待定）"
        return f"{self.when(visit)} {who} 到 {visit.place or '本县'} {self.deed(visit)}"


@dataclass
class _Book:
    """The sentences for each person, by date."""

    words: VisitWords
    envoys: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    contacts: defaultdict[tuple[str, str, str], list[str]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def tell_contact(self, visit: VisitView, sentence: str) -> None:
        """Add a sentence for a visit's contact in the county."""
        self.contacts[visit.county, visit.contact, visit.contact_phone].append(sentence)

    def notices(self) -> tuple[Notice, ...]:
        """Return everybody's notice: envoys by organisation and name, contacts by county."""
        envoys = sorted(self._envoy_notices(), key=_by_organisation)
        places = {county.code: at for at, county in enumerate(self.words.gazetteer.counties)}
        known = sorted(
            self.contacts, key=lambda key: (places.get(key[0], len(places)), key[0], key[1:])
        )
        return (*envoys, *(self._contact_notice(key) for key in known))

    def _envoy_notices(self) -> Iterator[Notice]:
        for envoy, sentences in self.envoys.items():
            card = self.words.card(envoy)
            yield Notice(
                ToldAs.ENVOY,
                self.words.name(envoy),
                card.phone if card else "",
                card.organisation if card else "",
                tuple(sentences),
                envoy_id=envoy,
            )

    def _contact_notice(self, key: tuple[str, str, str]) -> Notice:
        county, name, phone = key
        return Notice(
            ToldAs.CONTACT,
            name or COORDINATOR,
            phone,
            self.words.county(county),
            tuple(self.contacts[key]),
            county=county,
        )


def _by_organisation(notice: Notice) -> tuple[str, str, str]:
    return notice.organisation, notice.name, notice.envoy_id


def change_notices(changes: Iterable[VisitChange], words: VisitWords) -> tuple[Notice, ...]:
    """Return who must be told of changes: all who go, went or receive, with what differs."""
    book = _Book(words)
    for change in changes:
        before, after = change.before, change.after
        if before is None and after is not None:
            _tell_new(book, after, "新增：")
        elif before is not None and after is None:
            _tell_dropped(book, before)
        elif before is not None and after is not None:
            _tell_changed(book, change, before, after)
    return book.notices()


def all_notices(view: PlanView, words: VisitWords) -> tuple[Notice, ...]:
    """Return everybody who is in a plan, told of all visits."""
    book = _Book(words)
    for visit in sorted(view.held, key=lambda item: (item.start, item.county, item.id)):
        _tell_new(book, visit, "")
    return book.notices()


def _tell_new(book: _Book, visit: VisitView, opening: str) -> None:
    for envoy in visit.envoys:
        book.envoys[envoy].append(_joining(book.words, visit, envoy, opening))
    line = book.words.to_county(visit, phones=True)
    book.tell_contact(visit, f"{opening}{line}。")


def _joining(words: VisitWords, visit: VisitView, envoy: str, opening: str) -> str:
    parts = [f"{opening}{words.to_envoy(visit)}"]
    if contact := words.contact(visit):
        parts.append(f"联系人 {contact}")
    if others := words.names(other for other in visit.envoys if other != envoy):
        parts.append(f"同去 {others}")
    return "，".join(parts) + "。"


def _tell_dropped(book: _Book, visit: VisitView) -> None:
    for envoy in visit.envoys:
        book.envoys[envoy].append(f"取消：{book.words.to_envoy(visit)}，不用去了。")
    book.tell_contact(visit, f"取消：{book.words.to_county(visit)}，不来了。")


def _tell_changed(book: _Book, change: VisitChange, before: VisitView, after: VisitView) -> None:
    words = book.words
    facts = _differences(words, before, after)
    for envoy in change.leaving:
        instead = f"改由 {words.names(change.joining)} 去，" if change.joining else ""
        book.envoys[envoy].append(f"取消：{words.to_envoy(before)}，{instead}您不用去了。")
    for envoy in change.joining:
        book.envoys[envoy].append(_joining(words, after, envoy, "新增："))
    for envoy in after.envoys:
        if envoy not in change.joining:
            parts = [*facts, *_company(words, change, after, envoy)]
            book.envoys[envoy].append(f"{words.to_envoy(before)}，{'，'.join(parts)}。")
    _tell_county(book, change, before, after, facts)


def _differences(words: VisitWords, before: VisitView, after: VisitView) -> list[str]:
    """Return what differs but for the people, each a part of a sentence."""
    parts: list[tuple[str, Callable[[VisitView], str]]] = [
        ("地点改为 ", words.where),
        ("内容改为 ", words.deed),
        ("联系人改为 ", lambda visit: words.contact(visit) or COORDINATOR),
    ]
    found = [f"改为 {words.when(after)}"] if moved(before, after) else []
    return found + [name + told(after) for name, told in parts if told(before) != told(after)]


def _company(words: VisitWords, change: VisitChange, after: VisitView, envoy: str) -> Iterator[str]:
    """Yield who else goes now, for somebody who goes as before."""
    if change.leaving or change.joining:
        others = words.names(other for other in after.envoys if other != envoy)
        yield f"同去的人改为 {others}" if others else "改为您一人去"


def _tell_county(
    book: _Book, change: VisitChange, before: VisitView, after: VisitView, facts: list[str]
) -> None:
    words = book.words
    people: list[str] = []
    if change.joining and change.leaving:
        joining = words.names(change.joining, phones=True)
        people = [f"{words.names(change.leaving)} 换成 {joining}"]
    elif change.joining:
        people = [f"增加 {words.names(change.joining, phones=True)}"]
    elif change.leaving:
        people = [f"{words.names(change.leaving)} 不来"]
    sentence = f"{words.to_county(before)}，{'，'.join([*facts, *people])}。"
    book.tell_contact(before, sentence)
    who = (after.county, after.contact, after.contact_phone)
    if who != (before.county, before.contact, before.contact_phone):
        book.tell_contact(after, f"新增：{words.to_county(after, phones=True)}。")
