# SPDX-License-Identifier: Apache-2.0
"""The periods that a budget is for: an hour, a day, a month, in UTC."""

import datetime
import enum


class Period(enum.StrEnum):
    """What a limit is for."""

    HOUR = 'hour'
    DAY = 'day'
    MONTH = 'month'


def bounds(period: Period, when: datetime.datetime
           ) -> tuple[datetime.datetime, datetime.datetime]:
    """Where the period that a moment lies in begins, and the next does.

    :param when: with a time zone; the answer is in UTC
    """
    day = when.astimezone(datetime.UTC).replace(minute=0, second=0,
                                                microsecond=0)
    if period is Period.HOUR:
        return day, day + datetime.timedelta(hours=1)
    day = day.replace(hour=0)
    if period is Period.DAY:
        return day, day + datetime.timedelta(days=1)
    first = day.replace(day=1)
    # The 1st and 32 days are always in the month after it.
    return first, (first + datetime.timedelta(days=32)).replace(day=1)
