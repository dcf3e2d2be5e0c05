"""What the acts of triage and on whistles ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.core.errors import Refused
from shangliang.files.actions import store_photos
from shangliang.files.models import Attachment
from shangliang.gathering.candidates import Candidate
from shangliang.gathering.models import Asked
from shangliang.gathering.queries import Chips
from shangliang.matters.acting import reason_field
from shangliang.people.models import Body
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.playbooks.calendar import ONE_DAY
from shangliang.playbooks.definition import Playbook
from shangliang.voices.forms import Pictures
from shangliang.voices.screened import ScreenedForm
from shangliang.web.forms import Form, HalfWidth, Picks

TITLE_LIMIT, SUMMARY_LIMIT = 40, 600


class FaceForm(ScreenedForm):
    """The public face of a matter, set when it is accepted and whenever it is described anew."""

    public_fields = ("title", "summary")
    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=TITLE_LIMIT,
        help_text=gettext_lazy("大家看到的就是这一句，不写人名和门牌。"),
    )
    summary = forms.CharField(
        label=gettext_lazy("公开摘要"),
        required=False,
        max_length=SUMMARY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("一两句讲清是什么事。本人的原话另外决定公开不公开。"),
    )
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)

    def __init__(self, *args: Any, playbook: Playbook, within: Place | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("还没定")), *playbook.categories.items()]  # type: ignore[attr-defined]
        self.fields["place"] = PlaceField(
            label=_("在哪里"), within=within, required=False, help_text=_("社区、街道或地址；留空就不改。")
        )


class DeclineForm(ScreenedForm):
    public_fields = ("why",)
    reason = forms.ChoiceField(label=gettext_lazy("为什么不予受理"), widget=Picks)
    elsewhere = forms.CharField(
        label=gettext_lazy("可以去哪里办"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("留空就用上面这一条原有的去处。"),
    )
    why = reason_field(gettext_lazy("跟本人说一句"))

    def __init__(self, *args: Any, playbook: Playbook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.playbook = playbook
        reasons = playbook.decline_reasons
        self.fields["reason"].widget = Picks(hints={key: reason.elsewhere for key, reason in reasons.items()})
        self.fields["reason"].choices = [(key, reason.label) for key, reason in reasons.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("reason") and not data.get("elsewhere"):
            data["elsewhere"] = self.playbook.decline_reasons[data["reason"]].elsewhere
        return data


class JoinForm(Form):
    lead_number = HalfWidth(
        label=gettext_lazy("归到哪一件"),
        max_length=60,
        help_text=gettext_lazy("写那一件的编号，比如 420107-2026-000123。"),
        error_messages={"required": gettext_lazy("写上那一件的编号。")},
    )


class WhyForm(ScreenedForm):
    public_fields = ("why",)
    why = reason_field(gettext_lazy("为什么"))


class AnswerForm(ScreenedForm):
    public_fields = ("answer",)
    answer = reason_field(gettext_lazy("回话"), limit=1000)


class ReferForm(ScreenedForm):
    public_fields = ("why",)
    to_body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=gettext_lazy("转给谁"), queryset=Body.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    why = reason_field(gettext_lazy("为什么转，要对方回什么"))

    def __init__(self, *args: Any, bodies: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_body"].queryset = Body.objects.filter(pk__in=[body.pk for body in bodies])  # type: ignore[attr-defined]


# --- whistles ---------------------------------------------------------------------------------------


class SentForm(ScreenedForm):
    """A form whose words members get as a short message: what they are asked to confirm is that."""

    screened = forms.BooleanField(
        label=gettext_lazy("我看过了，可以用短信发给委员"), required=False, widget=forms.HiddenInput
    )


WHAT_LIMIT, AT_MOST_NEEDED = 200, 20
RECUSE = "recuse"
CANNOT = {
    "away": gettext_lazy("出差在外"),
    "busy": gettext_lazy("这几天排满了"),
    "unfit": gettext_lazy("这一块不熟"),
}


class WantedForm(SentForm):
    """What a community needs, for members to read: no personal data."""

    public_fields = ("what",)
    what = forms.CharField(
        label=gettext_lazy("请委员来做什么"),
        max_length=WHAT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}),
        help_text=gettext_lazy("委员在短信里就看到这一句。写哪里、什么事、要看什么，不写居民的姓名电话。"),
        error_messages={"required": gettext_lazy("写一句请委员来做什么。")},
    )
    needed = forms.IntegerField(
        label=gettext_lazy("要几位"),
        min_value=1,
        max_value=AT_MOST_NEEDED,
        initial=1,
        help_text=gettext_lazy("两位以上就是一支小分队。"),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    specialties = forms.MultipleChoiceField(
        label=gettext_lazy("最好懂什么"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sectors = forms.MultipleChoiceField(
        label=gettext_lazy("最好是哪个界别"), required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("最好会说什么话"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, chips: Chips, within: Place | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(label=_("在哪里"), within=within, help_text=_("写社区或街道的名字。"))
        for name in ("specialties", "sectors", "languages"):
            words: list[str] = getattr(chips, name)
            if words:
                self.fields[name].choices = [(word, word) for word in words]  # type: ignore[attr-defined]
            else:
                del self.fields[name]


class ComeForm(Form):
    """我来, and when: one of the times offered, or another."""

    when = forms.CharField(required=False)
    at = forms.DateTimeField(
        label=gettext_lazy("别的时间"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={
            "required": gettext_lazy("选一个来的时间。"),
            "invalid": gettext_lazy("没看懂这个时间，再选一次。"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {key: at for key, _words, at in times()}.get(self.data.get("when", ""))
        self.fields["at"].required = self.offered is None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        return {"answer": Asked.Answer.COME, "comes_at": self.offered or data.get("at")}


class PassForm(Form):
    """转给: another candidate."""

    to = forms.ChoiceField(label=gettext_lazy("转给哪一位"), widget=Picks)

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hints = {str(one.person_id): "、".join(one.reasons) for one in candidates}
        self.fields["to"].widget = Picks(hints=hints)
        self.fields["to"].choices = [(str(one.person_id), one.name) for one in candidates]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        return {"answer": Asked.Answer.PASS, "passed_to": UUID(data["to"])} if data.get("to") else data


class CannotForm(Form):
    """来不了, and why: a reason to press, and a word if one likes."""

    why = forms.ChoiceField(choices=[*CANNOT.items(), (RECUSE, "")])
    words = forms.CharField(label=gettext_lazy("补一句"), required=False, max_length=120)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        reason = data.get("why", "")
        said = filter(None, [str(CANNOT.get(reason, "")), data.get("words", "")])
        return {"answer": Asked.Answer.CANNOT, "why": "，".join(said), "recuse": reason == RECUSE}


class VisitForm(Form):
    """What was found on the spot."""

    words = forms.CharField(
        label=gettext_lazy("看到了什么"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("几句话就行：现场什么样，问了谁，下一步怎么办。办这件事的人看得到，不对外公开。"),
        error_messages={"required": gettext_lazy("写一句看到了什么。")},
    )
    on = forms.DateField(
        label=gettext_lazy("哪天去的"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    photos = Pictures(label=gettext_lazy("照片"), required=False)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def __init__(self, tenant_id: UUID, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tenant_id = tenant_id

    def clean_photos(self) -> list[Attachment]:
        """The photos on disk, before any transaction. What is no photo, or too much, is said beside the field."""
        uploads = self.cleaned_data["photos"]
        try:
            return store_photos(self.tenant_id, uploads) if uploads else []
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        lat, lng = data.pop("lat", None), data.pop("lng", None)
        return data | {"position": (lat, lng) if lat is not None and lng is not None else None}


class EndForm(SentForm):
    """Ending a whistle."""

    public_fields = ("why",)
    done = forms.ChoiceField(
        label=gettext_lazy("怎么结束"),
        choices=[("yes", gettext_lazy("办好了")), ("", gettext_lazy("收回，不用来了"))],
        required=False,
        initial="yes",
        widget=Picks,
    )
    why = forms.CharField(label=gettext_lazy("说一句"), required=False, max_length=200)

    def clean_done(self) -> bool:
        return bool(self.cleaned_data["done"])


class RecuseForm(Form):
    """Who must stay out of a matter, and why."""

    person_id = forms.ChoiceField(label=gettext_lazy("谁要回避"))
    why = forms.CharField(
        label=gettext_lazy("为什么"),
        max_length=120,
        help_text=gettext_lazy("比如：他是这家物业的股东。只有办这件事的人看得到。"),
    )

    def __init__(self, *args: Any, people: Mapping[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].choices = [(str(key), name) for key, name in people.items()]  # type: ignore[attr-defined]

    def clean_person_id(self) -> UUID:
        return UUID(self.cleaned_data["person_id"])


def times() -> list[tuple[str, str, dt.datetime]]:
    """The times one press offers: key, words, moment. Those of today that have passed are left out."""
    today, now = clock.today(), clock.now()
    offered = (
        ("today-15", _("今天 15:00"), today, 15),
        ("tomorrow-9", _("明天上午 9:00"), today + ONE_DAY, 9),
        ("tomorrow-15", _("明天下午 15:00"), today + ONE_DAY, 15),
    )
    found = ((key, words, clock.start_of(day) + dt.timedelta(hours=hour)) for key, words, day, hour in offered)
    return [(key, words, at) for key, words, at in found if at > now]
