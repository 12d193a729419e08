"""Moments of the year, and what stands at them, worked out by hand with the calendar on the wall.

2026: off are 1 to 3 January, 15 to 23 February (春节), 4 to 6 April, 1 to 5 May, 19 to 21 June, 25
to 27 September and 1 to 7 October (国庆); worked are Sunday 4 January, the Saturdays 14 and 28
February, 9 May and 10 October, and Sunday 20 September. 2027 is not published; in the evening of
New Year's Day its notice is entered, by which 1 to 3 January are off.
"""

from __future__ import annotations

__all__ = ["CASES", "CLOCKS", "SCORES", "VIOLATIONS"]

CLOCKS = {
    "2026-02-08": (0, 0, None, False),
    "2026-02-09": (10, 0, "2026-02-14", False),  # 10, 11, 12, 13, and Saturday 14 is worked
    "2026-02-13": (8, 0, "2026-02-14", False),  # two are rejected
    "2026-02-14": (8, 0, "2026-02-14", False),  # the due day itself is in time
    "2026-02-15": (8, 2, "2026-02-14", False),  # two were not decided, on the first day off
    "2026-02-24": (8, 0, "2026-03-04", False),  # 13, 14, 24 to 28, 2, 3, 4 March
    "2026-03-03": (5, 0, "2026-03-04", False),  # three were corrected, one is extended
    "2026-03-04": (5, 0, "2026-03-04", False),
    "2026-03-05": (6, 2, "2026-03-04", False),  # two are late; and so is a delivery
    "2026-03-06": (5, 2, "2026-03-04", False),  # its next one is not
    "2026-03-09": (3, 2, "2026-03-04", False),  # 9 and 10: 25 to 28, 2 to 6, and 9 March
    "2026-03-11": (2, 2, "2026-03-04", False),  # the extended one came on its fifteenth day
    "2026-03-20": (0, 0, None, False),
    "2026-04-28": (1, 0, "2026-05-08", False),  # 29, 30 April, 6, 7, 8 May: figures drift
    "2026-05-09": (1, 1, "2026-05-08", False),  # a Saturday that is worked
    "2026-05-20": (0, 0, None, False),
    "2026-06-01": (1, 0, "2026-06-08", False),  # 2 to 5, 8
    "2026-06-09": (1, 1, "2026-06-08", False),
    "2026-06-10": (1, 0, "2026-06-17", False),  # another definition is another case: 11, 12, 15 …
    "2026-06-16": (0, 0, None, False),
    "2026-09-29": (10, 0, "2026-10-12", False),  # 30 September, 8, 9, 10 (Saturday), 12
    "2026-09-30": (11, 0, "2026-10-12", False),  # one department is silent: 8, 9, 10, 12, 13
    "2026-10-12": (11, 0, "2026-10-13", False),  # ten are decided: 13 to 16, 19 to 23, 26
    "2026-10-14": (11, 1, "2026-10-13", False),  # nobody answers for the silence
    "2026-10-15": (10, 0, "2026-10-26", False),  # it is over
    "2026-10-26": (2, 0, "2026-10-26", False),  # eight are corrected
    "2026-10-27": (2, 2, "2026-10-26", False),
    "2026-11-02": (0, 0, None, False),
    "2026-11-16": (1, 0, "2026-11-23", False),  # the wrong value again: 17 to 20, 23
    "2026-11-20": (0, 0, None, False),  # it is what the papers say
    "2026-12-25": (10, 0, "2027-01-01", True),  # 28 to 31, and a Friday that nobody knows yet
    "2026-12-31": (10, 0, "2027-01-01", True),
    "2027-01-01 12:00": (11, 0, "2027-01-01", True),  # and who works by hand seems to be late
    "2027-01-01 20:00": (10, 0, "2027-01-04", False),  # the notice is entered: nobody is
    "2027-01-04": (10, 0, "2027-01-04", False),
    "2027-01-05": (10, 10, "2027-01-04", False),
}
"""Moment → open and overdue cases, the first due day, and whether it is provisional."""

CASES: dict[str, dict[str, str]] = {
    "2026-03-04": {},
    "2026-03-05": {"office_05": "delivery:late"},
    "2026-03-06": {},
    "2026-04-28": {"office_03": "steady"},
    "2026-05-20": {},
    "2026-06-01": {"office_04": "figure:range"},
    "2026-06-10": {"office_04": "figure:range"},
    "2026-06-16": {},
    "2026-09-29": {},
    "2026-09-30": {"office_06": "delivery:missing"},
    "2026-10-14": {"office_06": "delivery:missing"},
    "2026-10-15": {},
    "2027-01-01 12:00": {"office_07": "delivery:missing"},
    "2027-01-01 20:00": {},
}
"""Moment → what is open beside corrections, by its owner: nobody decides about these."""

VIOLATIONS: dict[str, dict[str, str]] = {
    "2026-02-09": {},
    "2026-02-11": {"civil_affairs": "V09 suspected"},  # the steward's term ended on the tenth
    "2026-02-12": {"civil_affairs": "V09 confirmed"},  # 13, 14, 24 to 28 February, 2 to 4 March
    "2026-03-04": {"civil_affairs": "V09 confirmed"},
    "2026-03-05": {"civil_affairs": "V04 suspected, V04 suspected, V09 confirmed, overdue"},
    "2026-03-09": {"civil_affairs": "V04 suspected, V04 suspected"},  # two corrections are owed
    "2026-03-20": {},
    "2026-09-29": {},
    "2026-09-30": {"office_06": "V04 suspected"},  # nothing came for the 29th by ten o'clock
    "2026-10-08": {"office_06": "V04 confirmed"},  # until the third working day: 9, 10, 12
    "2026-10-12": {"office_06": "V04 confirmed"},
    "2026-10-14": {"office_06": "V04 confirmed, overdue"},
    "2026-10-26": {},
    "2026-10-27": {"civil_affairs": "V04 suspected, V04 suspected"},
    "2026-11-02": {},
    "2027-01-01 12:00": {"office_07": "V04 suspected"},
    "2027-01-01 20:00": {},
    "2027-01-05": {},  # reports that nobody decided are overdue; nothing is owed to a decision yet
}
"""Moment → what is on the officer's list, by department: kind, state, whether its term is over."""

SCORES: dict[tuple[str, str], tuple[str, str]] = {
    # Two reports were overdue on 15 February, at one point each; the violation is in its term.
    ("2026-03-04", "civil_affairs"): ("accuracy 100.00", "98.00"),
    # Two corrections more, and the violation's term is over, at two points: 100 − 4 − 2.
    ("2026-03-05", "civil_affairs"): ("accuracy 100.00", "94.00"),
    ("2026-03-09", "civil_affairs"): ("accuracy 100.00", "96.00"),
    # 41 periods were settled from 8 February on: 26 that were due before it (31 December, 21 in
    # January, 2 to 5 February), then 6, 9 to 14, 24 to 28 February, 2 to 4 March. One was late,
    # and the table stale at its due moment: (40/41 + 40/41 + 1) ÷ 3; 75 + 25 × 0.983740.
    ("2026-03-05", "office_05"): ("timeliness 98.37", "99.59"),
    # 9 April to 8 May; two deliveries a day till 28 April, and one in its evening: 41, two figures
    # each. One drifted, two of two; weights are 2 (type), 2 (range) and 1 (drift), nothing failed
    # but the drift, at 1 − 2/82: 100 − 100 × (2/82) ÷ 5; 70 + 30 × 0.995122.
    ("2026-05-08", "office_03"): ("accuracy 99.51", "99.85"),
    # 21 April to 20 May: 16 and 1 till 28 April, one on 20 May: 18. The case was overdue on 9 May.
    ("2026-05-20", "office_03"): ("accuracy 98.89", "98.67"),
    # 11 May to 9 June: 42 till 31 May, three on the first; one of 90 figures was out of range:
    # two rules of equal weight, 100 − 100 × (1/90) ÷ 2. The case was overdue on the ninth.
    ("2026-06-09", "office_04"): ("accuracy 99.44", "98.83"),
    # 12 May to 10 June: 40 and 3, and one by the rule as it is now: 2 of 88, one by each.
    ("2026-06-10", "office_04"): ("accuracy 98.86", "98.66"),
    # Settled from 13 September on, at the looks of 29 and 30 September and October: what was due
    # on 9 days of June, 23, 21 and 21 of the months to 29 September, all in time, then on 30
    # September, 8, 9, 10 and 12 October: 79, of which 5 are missing and stale; of what is missing
    # nothing says that it was late: (74/79 + 74/79 + 1) ÷ 3; 75 + 25 × 0.957806.
    ("2026-10-12", "office_06"): ("timeliness 95.78", "98.95"),
    # Two more, due on the 13th and 14th: (74/81 + 74/81 + 1) ÷ 3; 75 + 25 × 0.942387 = 98.56, less
    # two points for the violation whose term is over and one for the case.
    ("2026-10-14", "office_06"): ("timeliness 94.24", "95.56"),
    ("2026-12-31", "office_12"): ("accuracy 100.00", "100.00"),
}
"""Day and department → a dimension with its points, all others having 100, and the total.

Of the 30 days to that day.
"""
