"""What the pages of members ask."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.people import phones
from shangliang.people.forms.bodies import date_field
from shangliang.people.member_columns import PRIVATE, PUBLIC
from shangliang.people.models import Member
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.web.forms import Form, HalfWidth

_WORDS = re.compile(r"[、,，;；/\s]+")


class FindForm(Form):
    """Which members to list, read from the address. What makes no sense narrows nothing."""

    q = forms.CharField(label=gettext_lazy("姓名、编号或界别"), required=False, max_length=60)
    sector = forms.ChoiceField(label=gettext_lazy("界别"), required=False)
    specialty = forms.CharField(label=gettext_lazy("特长或语言"), required=False, max_length=30)
    body = forms.CharField(label=gettext_lazy("在哪个单位"), required=False, max_length=60)
    on = date_field(gettext_lazy("看哪一天的"), required=False)

    def __init__(self, data: Mapping[str, Any], *, sectors: Sequence[str]) -> None:
        super().__init__(data, initial={"on": clock.today()})
        choices = [("", gettext_lazy("全部")), *((one, one) for one in sectors)]
        self.fields["sector"].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> tuple[dt.date, dict[str, str]]:
        """The day, and what narrows the list."""
        self.is_valid()
        data = self.cleaned_data
        words = {"words": data.get("q") or "", "sector": data.get("sector") or ""}
        return data.get("on") or clock.today(), words | {
            "specialty": data.get("specialty") or "",
            "body": data.get("body") or "",
        }


class WordsField(forms.CharField):
    """Several words, with 、 between them."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(word for word in _WORDS.split(super().to_python(value) or "") if word))


class MemberForm(Form):
    """What is so of a member from a day on. `known` fills it; of somebody who is known the key is settled."""

    key = HalfWidth(
        label=gettext_lazy("编号"), max_length=40, help_text=gettext_lazy("委员证号，或者名册里一直用的号。以后不改。")
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=40)
    role = forms.ChoiceField(label=gettext_lazy("身份"), choices=Member.Role.choices)
    level = forms.ChoiceField(label=gettext_lazy("级别"), choices=Member.Level.choices)
    sector = forms.CharField(label=gettext_lazy("界别"), required=False, max_length=30)
    term = forms.CharField(label=gettext_lazy("届次"), required=False, max_length=20)
    specialties = WordsField(
        label=gettext_lazy("特长"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("几样用“、”隔开，比如“法律、调解”。"),
    )
    languages = WordsField(
        label=gettext_lazy("会说的话"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("普通话以外的：武汉话、手语、英语。"),
    )
    phone = forms.CharField(
        label=gettext_lazy("手机"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("手机和住址加密存着，只给办公室和他所在单位的召集人看，看一次记一次。"),
    )
    home = forms.CharField(
        label=gettext_lazy("家庭住址"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    unit = forms.CharField(label=gettext_lazy("工作单位"), required=False, max_length=120)
    work = forms.CharField(label=gettext_lazy("单位地址"), required=False, max_length=120)
    on = date_field(gettext_lazy("从哪天起"), hint=gettext_lazy("改了的，从这天起算；以前是怎样的，还查得到。"))
    until = date_field(gettext_lazy("到哪天为止"), required=False, hint=gettext_lazy("含这一天。不知道就空着。"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, known: Mapping[str, Any]) -> None:
        super().__init__(data, initial={**known, "on": clock.today()})
        if "name" in known:
            del self.fields["key"]

    def clean_phone(self) -> str:
        """Checked when it is written: what was kept before does not stand in the way of another change."""
        phone: str = self.cleaned_data["phone"]
        if "phone" not in self.changed_data:
            return phone
        try:
            return phones.numbers(phone)
        except phones.NoNumber as wrong:
            raise forms.ValidationError(str(wrong)) from wrong

    def said(self) -> dict[str, Any]:
        """What `record_member` takes."""
        data = self.cleaned_data
        given = {name: data[name] for name in (*PUBLIC, *PRIVATE)}
        rest: dict[str, Any] = {name: data[name] for name in ("key", "name", "on", "until") if name in data}
        return {**rest, "given": given}


class LeaveForm(Form):
    """From when somebody is a member no more."""

    off = date_field(
        gettext_lazy("从哪天起不再是委员"),
        hint=gettext_lazy("他在这里的席位、编入的社区都从这天起结束。以前做过的事都还记在他名下。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["off"].initial = clock.today()


class UploadForm(Form):
    """An office's list of members."""

    file = forms.FileField(
        label=gettext_lazy("委员名册"),
        help_text=gettext_lazy("Excel（.xlsx）或 CSV，最大 20 MB。列名不用改，常见的叫法都认得；表头上面有标题也行。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        allow_empty_file=True,
    )
    on = date_field(
        gettext_lazy("从哪天起算"), hint=gettext_lazy("表里没写任期开始的新委员，从这天起算。改动最早从今天起。")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, files: Any = None) -> None:
        super().__init__(data, files)
        self.fields["on"].initial = clock.today()


class SettleForm(Form):
    """The community a member is enrolled in, said by hand."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, within: Place | None) -> None:
        super().__init__(data)
        self.fields["place"] = PlaceField(
            label=_("编入哪个社区"), within=within, help_text=_("写社区的名字；同名的，前面加上街道。")
        )


class DayForm(Form):
    """Which day a page shows, read from the address."""

    on = date_field(gettext_lazy("看哪一天的"), required=False)

    def day(self) -> dt.date:
        self.is_valid()
        return self.cleaned_data.get("on") or clock.today()
