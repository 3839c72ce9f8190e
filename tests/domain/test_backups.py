"""Which backups may go: cases solved by hand."""

from datetime import UTC, datetime, timedelta

from envoy_app.domain.backups import superseded

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)  # a Monday


def at(text):
    return datetime.fromisoformat(f"2026-{text}+00:00"), False


def lasting(text):
    return at(text)[0], True


def gone(*made):
    return superseded(made, NOW)


def test_nothing_to_thin():
    assert gone() == {}
    assert gone(at("11-23T12:00")) == {}
    assert gone(at("01-01T12:00")) == {}


def test_the_newest_of_each_hour_for_a_day():
    made = at("11-23T12:20"), at("11-23T12:10"), at("11-23T11:59"), at("11-23T11:00")
    assert gone(*made) == {1: 0, 3: 2}


def test_the_newest_of_each_day_after_a_day():
    # Sunday 10:00 is older than a day and gives way to Sunday 11:00; 22:00 and 23:00 are not.
    made = at("11-22T10:00"), at("11-22T11:00"), at("11-22T22:00"), at("11-22T23:00")
    assert gone(*made) == {0: 3, 1: 3}
    assert gone(at("11-20T08:00"), at("11-20T17:00"), at("11-19T17:00")) == {0: 1}


def test_the_newest_of_each_week_after_31_days():
    # 12 October is a Monday, 18 October the Sunday of its week.
    made = at("10-12T09:00"), at("10-18T09:00"), at("10-19T09:00"), at("10-11T09:00")
    assert gone(*made) == {0: 1}


def test_a_week_over_new_year_is_one():
    now = datetime(2027, 2, 10, tzinfo=UTC)
    made = [(datetime(2026, 12, 30, tzinfo=UTC), False), (datetime(2027, 1, 2, tzinfo=UTC), False)]
    assert superseded(made, now) == {0: 1}


def test_the_newest_of_each_month_after_92_days_for_ever():
    made = at("06-01T09:00"), at("06-30T09:00"), at("07-15T09:00"), at("01-02T09:00")
    assert gone(*made) == {0: 1}


def test_those_made_before_something_big_stay_a_week():
    made = lasting("11-23T12:05"), at("11-23T12:20"), lasting("11-16T12:29"), at("11-16T20:00")
    assert gone(*made) == {2: 3}


def test_no_more_than_twenty_of_them():
    made = [(NOW - timedelta(minutes=n), True) for n in range(25)]
    assert gone(*made) == dict.fromkeys(range(20, 25), 0)


def test_one_from_the_future_stays_and_takes_no_other_ones_place():
    assert gone(at("12-24T12:00"), at("11-23T12:20"), at("11-23T11:20")) == {}


def test_what_stands_for_a_backup_stays_itself():
    made = [(NOW - timedelta(minutes=37 * n), n % 50 == 0) for n in range(3000)]
    found = superseded(made, NOW)
    assert not set(found.values()) & found.keys()
    assert all(made[by][0] > made[index][0] for index, by in found.items())
    again = [item for index, item in enumerate(made) if index not in found]
    assert superseded(again, NOW) == {}
    assert 60 < len(again) < 120
