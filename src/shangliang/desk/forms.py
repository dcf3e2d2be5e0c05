"""What the workbench asks: filters, words entered for somebody, a lost slip, a day of the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.matters.models import Matter
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.playbooks.definition import Playbook
from shangliang.tenants.models import Tenant
from shangliang.voices.actions import Speech
from shangliang.voices.contacts import Reach
from shangliang.voices.forms import VoiceForm
from shangliang.voices.models import Voice
from shangliang.voices.queries import key_for
from shangliang.web.forms import Form, HalfWidth, Picks

Channel, Openness = Voice.Channel, Voice.Openness
OLDEST = dt.timedelta(days=366)  # a note found in a drawer


class FilterForm(Form):
    """Filters of a list, read from the address. A filter that makes no sense is said to be so, and narrows nothing."""

    place = forms.CharField(required=False)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("阶段"), required=False)

    def __init__(self, data: Mapping[str, Any], *, playbook: Playbook, within: Place) -> None:
        super().__init__(data)
        self.fields["place"] = PlaceField(label=_("地点"), within=within, required=False)
        self.fields["place"].widget.attrs["list"] = "places"
        self.fields["category"].choices = [("", _("全部")), *playbook.categories.items()]  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", _("全部")), *playbook.stages.items()]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What is asked for and makes sense: place, category, status."""
        self.is_valid()
        return {name: value for name in self.fields if (value := self.cleaned_data.get(name))}


class WorkingFilterForm(FilterForm):
    """Filters of the queue, in which nothing has ended."""

    def __init__(self, data: Mapping[str, Any], *, playbook: Playbook, within: Place) -> None:
        super().__init__(data, playbook=playbook, within=within)
        stages = [(key, words) for key, words in playbook.stages.items() if key in WORKING]
        self.fields["status"].choices = [("", _("全部")), *stages]  # type: ignore[attr-defined]


WORKING = frozenset({Matter.Status.RAISED, Matter.Status.GATHERED, Matter.Status.DELIBERATED, Matter.Status.DELIVERED})


class EnterForm(VoiceForm):
    """Writing down what somebody says at the desk, on the phone or on paper: the fields in the order they are told."""

    email = lat = lng = hear_by = None  # type: ignore[assignment]
    channel = forms.ChoiceField(
        label=gettext_lazy("怎么来的"),
        choices=[(kind, kind.label) for kind in (Channel.COUNTER, Channel.PHONE, Channel.PAPER)],
        initial=Channel.COUNTER,
        widget=forms.RadioSelect,
    )
    openness = forms.ChoiceField(
        label=gettext_lazy("愿意公开吗"),
        choices=[
            (Openness.PUBLIC, gettext_lazy("公开这件事")),
            (Openness.HANDLERS, gettext_lazy("只给社区和委员看")),
            (Openness.ANONYMOUS, gettext_lazy("完全匿名")),
        ],
        initial=Openness.PUBLIC,
        widget=Picks(
            hints={
                "public": gettext_lazy("问过本人，同意；网页上写“一位居民”"),
                "handlers": gettext_lazy("家里的事、纠纷，或者没问到"),
                "anonymous": gettext_lazy("姓名电话填了也不留"),
            }
        ),
    )
    name = forms.CharField(label=gettext_lazy("称呼"), required=False, max_length=40)
    tell = forms.BooleanField(label=gettext_lazy("有进展发短信告诉他（要留手机号）"), required=False, initial=True)
    said_on = forms.DateField(
        label=gettext_lazy("什么时候说的"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("今天说的不用改；纸条写的是纸上的日期。"),
    )

    def __init__(
        self,
        tenant: Tenant,
        own_place: Place | None,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.own_place = own_place
        super().__init__(tenant, data, files)
        self.fields["said_on"].initial = clock.today()
        self.fields["words"].widget.attrs |= {"autofocus": True, "rows": 5}
        self.fields["place_words"].widget.attrs |= {"list": "places", "autocomplete": "off"}
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = ""
        place_hint = _("小区、路名、门牌都行。") + (
            _("留空就是%(place)s。") % {"place": own_place.short_name} if own_place else ""
        )
        self.fields["place_words"].help_text = place_hint
        self.order_fields(["words", "place_words", "channel", "name", "phone", "openness", "said_on"])

    def _check_hear_by(self, data: dict[str, Any]) -> None:
        """Without a phone there is nothing to send to, and nobody to blame: they have the slip."""

    def clean_said_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["said_on"] or clock.today()
        if day > clock.today():
            raise forms.ValidationError(_("日期在今天以后，再看一眼。"))
        if day < clock.today() - OLDEST:
            raise forms.ValidationError(_("日期超过一年了，再看一眼年份。"))
        return day

    def speech(self, *, held: bool = False) -> Speech:
        """What the valid form says. Staff typed it: it is never held as automatic."""
        data, today = self.cleaned_data, clock.today()
        place, settled = self.where.place, self.where.settled
        if not data["place_words"] and self.own_place is not None:
            place, settled = self.own_place, True
        said_on: dt.date = data["said_on"]
        return Speech(
            words=data["words"],
            place=place,
            key=key_for(f"desk:{self.stamped.key.hex}", data["words"]),
            place_settled=settled,
            place_words=data["place_words"],
            openness=data["openness"],
            channel=data["channel"],
            speaks_for=data["speaks_for"],
            group_size=data["group_size"],
            reach=Reach(name=data["name"], phone=data["phone"]),
            hear_by="sms" if data["tell"] and data["phone"] else "page",
            photos=self.stored,
            happened_at=None if said_on == today else clock.start_of(said_on) + dt.timedelta(hours=12),
        )


class LostSlipForm(Form):
    """Whose slip: by the phone number they left, or by the number of the matter."""

    phone = HalfWidth(
        label=gettext_lazy("留过的手机号"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("用手机号找人会记下是谁找的。"),
    )
    number = HalfWidth(label=gettext_lazy("或者事项编号"), required=False, max_length=60)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("phone") and not data.get("number"):
            raise forms.ValidationError(_("填手机号或者编号，一样就行。"))
        return data


class DayForm(Form):
    """A day on which the tenant departs from the national calendar."""

    day = forms.DateField(
        label=gettext_lazy("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    working = forms.TypedChoiceField(
        label=gettext_lazy("这一天"),
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        choices=[("no", gettext_lazy("不算工作日")), ("yes", gettext_lazy("算工作日"))],
        initial="no",
    )
    reason = forms.CharField(
        label=gettext_lazy("为什么"), max_length=80, help_text=gettext_lazy("算期限的时候，大家会看到这句话。")
    )


class BackForm(Form):
    """Taking an exception back."""

    day = forms.DateField(widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("为什么改回去"), max_length=80)
