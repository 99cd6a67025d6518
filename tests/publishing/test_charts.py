"""Charts show the answers in a picture and in a sentence, without script or style."""

import re
import time
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString

from onestepback.publishing.charts import now_and_wanted
from tests.publishing.examples import SCALE


def chart(now, wanted, title="Now: Partly. Wanted: Fully.", labels=SCALE):
    return now_and_wanted(now, wanted, labels=labels, title=title)


def marks(now, wanted):
    """The marks of a chart, and the small words above them."""
    drawing = ElementTree.fromstring(chart(now, wanted))
    classes = {item.get("class", "").removeprefix("chart__") for item in drawing.iter()}
    found = classes & {"now", "wanted", "arrow"}
    return found, [item.text for item in drawing.iter() if item.get("class") == "chart__word"]


@pytest.mark.parametrize(
    ("now", "wanted", "found"),
    [
        (None, None, (set(), [])),
        (2, None, ({"now"}, ["now"])),
        (None, 4, ({"wanted"}, ["want"])),
        (2, 4, ({"now", "wanted", "arrow"}, ["want", "now"])),
        (4, 2, ({"now", "wanted", "arrow"}, ["want", "now"])),
        (3, 3, ({"now", "wanted"}, ["now and want"])),
    ],
    ids=["neither", "only now", "only wanted", "forwards", "backwards", "the same"],
)
def test_a_chart_shows_what_was_answered(now, wanted, found):
    assert marks(now, wanted) == found


def test_the_arrow_points_from_now_to_wanted():
    head = re.compile(r'class="chart__arrow-head" d="M(\d+) \d+L(\d+)')

    forwards = head.search(chart(1, 5)).groups()
    backwards = head.search(chart(5, 1)).groups()

    assert int(forwards[0]) > int(forwards[1])
    assert int(backwards[0]) < int(backwards[1])


def test_a_chart_stays_inside_its_frame():
    for now in (None, 1, 2, 3, 4, 5):
        for wanted in (None, 1, 2, 3, 4, 5):
            for item in ElementTree.fromstring(chart(now, wanted)).iter():
                across, radius = float(item.get("cx", 160)), float(item.get("r", 0)) + 2
                assert radius <= across <= 320 - radius


def test_a_chart_is_told_in_a_sentence():  # L3
    drawing = ElementTree.fromstring(chart(3, 5))

    assert drawing.get("role") == "img"
    assert (drawing[0].tag, drawing[0].text) == ("title", "Now: Partly. Wanted: Fully.")


def test_a_chart_names_all_five_answers():
    drawing = ElementTree.fromstring(chart(3, 5))

    assert [t.text for t in drawing.iter() if t.get("class") == "chart__label"] == SCALE


def test_a_chart_keeps_to_the_content_security_policy():
    assert not re.search(r"style|<script|\bid=|\bon\w+=|href", chart(2, 4))


def test_words_in_a_chart_are_escaped():  # G3
    drawn = chart(2, 4, title='</title><script>"&', labels=["<b>", "&", '"', "'", "</svg>"])

    assert isinstance(drawn, SafeString)
    assert ElementTree.fromstring(drawn)[0].text == '</title><script>"&'
    assert "<b>" not in drawn


def test_a_label_too_few_is_noticed():
    assert marks(3, 3)[0] == {"now", "wanted"}
    assert len(ElementTree.fromstring(chart(1, 2, labels=SCALE[:3])).findall("text")) == 5


def test_a_chart_costs_next_to_nothing():
    began = time.process_time()
    for _time in range(200):
        chart(2, 4)

    assert (time.process_time() - began) / 200 < 0.001
