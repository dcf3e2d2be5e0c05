"""What the pages of pairings ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.people.models import Body
from shangliang.studios import dated_lines
from shangliang.studios.actions.pairings import Task
from shangliang.studios.forms.duty import date_field
from shangliang.studios.forms.life import BodyNameField, SeenForm
from shangliang.studios.forms.standard import DatedLinesField
from shangliang.studios.models import PairingTask
from shangliang.web.forms import Form

LINES = gettext_lazy("一行一件，先写日子：“3月15日 义诊”。")


class TermsForm(Form):
    """What two bodies agree on."""

    title = forms.CharField(label=gettext_lazy("叫什么"), max_length=60, help_text=gettext_lazy("比如“党建共建协议”。"))
    purpose = forms.CharField(
        label=gettext_lazy("为了什么"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    since = date_field(gettext_lazy("从哪天"))
    until = date_field(gettext_lazy("到哪天"), hint=gettext_lazy("到期前 30 天会提醒两家：续不续。"))
    by_one = DatedLinesField(label=gettext_lazy("甲方做什么"), required=False, help_text=LINES)
    by_other = DatedLinesField(label=gettext_lazy("乙方做什么"), required=False, help_text=LINES)
    together = DatedLinesField(label=gettext_lazy("一起做什么"), required=False, help_text=LINES)

    def tasks(self, one: Body, other: Body) -> list[Task]:
        """What each does and what both do together. Call it once the form is valid."""
        sides: tuple[tuple[str, Body | None], ...] = (("by_one", one), ("by_other", other), ("together", None))
        return [
            Task(day, what, body, PairingTask.Kind.DUTY if body else PairingTask.Kind.ACTIVITY)
            for field, body in sides
            for day, what in self.cleaned_data[field]
        ]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        since = given.get("since")
        for field in ("by_one", "by_other", "together"):
            if since and field in given:
                try:
                    given[field] = [(line.from_on(since), line.what) for line in given[field]]
                except dated_lines.NotDated as error:
                    self.add_error(field, str(error))
        return given


class DraftForm(TermsForm):
    """A pairing between two bodies, one of them one's own unless one is of the office."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, one: str = "") -> None:
        today = clock.today()
        super().__init__(data, initial={"since": today, "until": a_year_from(today), "one": one})
        self.fields["one"] = BodyNameField(label=_("甲方"))
        self.fields["other"] = BodyNameField(label=_("乙方"), help_text=_("写单位的全名，或者从列表里选。"))
        self.order_fields(["one", "other", "title"])


class RenewForm(TermsForm):
    """How a pairing goes on."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, title: str, purpose: str, after: dt.date) -> None:
        since = after + dt.timedelta(days=1)
        known = {"title": title, "purpose": purpose, "since": since, "until": a_year_from(since)}
        super().__init__(data, initial=known)


class PaperForm(Form):
    """That a body signed on paper."""

    on = date_field(gettext_lazy("纸上签的日子"))
    document = forms.CharField(label=gettext_lazy("纸质协议的编号"), required=False, max_length=80)
    file = forms.FileField(
        label=gettext_lazy("扫描件"), required=False, help_text=gettext_lazy("编号和扫描件，至少要有一样。")
    )


class ReviewForm(SeenForm):
    """How it went."""

    words = forms.CharField(label=gettext_lazy("做得怎么样"), max_length=500, widget=forms.Textarea(attrs={"rows": 5}))
    seen = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput, strip=False)


class EndForm(Form):
    """When a pairing ended, and why."""

    on = date_field(gettext_lazy("哪天结束的"))
    why = forms.CharField(label=gettext_lazy("为什么"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"on": clock.today()})


class FindForm(Form):
    """Which pairings to list."""

    q = forms.CharField(label=gettext_lazy("名称或单位"), required=False, max_length=60)


def a_year_from(day: dt.date) -> dt.date:
    """The last day of the year that begins on `day`."""
    end = day.replace(year=day.year + 1, day=1 if (day.month, day.day) == (2, 29) else day.day)
    return (end.replace(month=3) if (day.month, day.day) == (2, 29) else end) - dt.timedelta(days=1)
