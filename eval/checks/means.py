"""What a mean is taken over (平均的口径): 每公里, 户均, 亩均; and the days of the period that a count of days is a share of."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from fractions import Fraction

from eval.checks.derivations import Offer
from eval.checks.measures import COUNT, counting_fit, measured
from pipeline.language.periods import Period

_MEASURES = "公顷|公里|千米|平方米|立方米|平方公里|吨|公斤|斤|亩"
_COUNTED = "人|户|村|家|名|头|只|羽|个|栋|处|座|所|场|次|件|班|校|店|组|社区|企业|项目"
_EACH = re.compile(
    rf"每(?:一)?(?P<each>{_MEASURES}|{_COUNTED})|(?P<mean>人次|[人户亩村家场次件班校店组站条起期])均|(?P<yield>亩)产"
)
_MONTHLY = re.compile("每月|月均")
_UNITS = {"站": "个", "校": "所", "店": "家", "社区": "个", "企业": "家", "项目": "个"}


@dataclass(frozen=True, slots=True)
class Each:
    """The unit that a mean is taken over: 公里 of 每公里, with its dimension and its worth in the base unit."""

    dimension: str
    factor: Fraction
    word: str

    def counts(self, offer: Offer) -> bool:
        """Whether a fact counts what the mean is taken over: 户 for 户均, not 人."""
        if offer.dimension != self.dimension:
            return False
        return self.dimension != COUNT or counting_fit(offer.word, self.word) != "other"


def taken_over(lead: str, period: Period) -> Each | None:
    """What the words before a figure take a mean over; None where they do not say. 人均每月 is taken over the period's months too."""
    found = list(_EACH.finditer(lead))
    if not found:
        return None
    word = found[-1]["each"] or found[-1]["mean"] or found[-1]["yield"]
    dimension, factor, counted = measured(_UNITS.get(word, word))
    months = len(period.months) if _MONTHLY.search(lead) else 1
    return Each(dimension, factor / months, counted)


def days(period: Period) -> int:
    """How many days a period has."""
    return sum(calendar.monthrange(period.year, month)[1] for month in period.months)
