from envoy_app.domain.readings import readings


def test_the_usual_reading_comes_first():
    assert readings("单") == ("dan", "chan", "shan")
    assert readings("长")[0] == "zhang"
    assert readings("女")[0] == "nv"


def test_what_is_not_chinese_has_no_reading():
    assert readings("a") == readings("8") == readings("·") == ()


def test_the_phrases_are_left_out():
    """They take more memory than all else that the window reads."""
    readings("长")
    from pypinyin.constants import PHRASES_DICT

    assert not PHRASES_DICT
