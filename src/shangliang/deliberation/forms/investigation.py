"""What the acts of an investigation ask. All of it is read by everybody, so what looks like a number of a person is
pointed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.core.ids import uuid7
from shangliang.deliberation.models import Finding, Hearing
from shangliang.files.models import Attachment
from shangliang.gathering.models import Visit
from shangliang.people.models import Body
from shangliang.playbooks.queries import in_force
from shangliang.voices import carried
from shangliang.voices.forms import Pictures
from shangliang.voices.screened import ScreenedForm
from shangliang.web.dates import day
from shangliang.web.forms import Picks

Kind = Finding.Kind
MOST_PEOPLE = 1_000_000
# The label of the text, its hint, and the label of its source, by kind.
WORDS = {
    Kind.FACT: (
        gettext_lazy("查到了什么"),
        gettext_lazy("一条事实写一次。比如：院里有 86 辆电动车，充电口 12 个。"),
        gettext_lazy("出处"),
    ),
    Kind.SITE: (
        gettext_lazy("现场什么样"),
        gettext_lazy("看到的、量到的。照片里不要拍到人脸和门牌。"),
        gettext_lazy("在哪里"),
    ),
    Kind.VISIT: (
        gettext_lazy("走访下来怎么样"),
        gettext_lazy("走了几户，大家怎么说，不写名字。"),
        gettext_lazy("走了哪里"),
    ),
    Kind.COST: (
        gettext_lazy("要花多少钱"),
        gettext_lazy("几种办法，各要多少，钱从哪里来。"),
        gettext_lazy("谁算的"),
    ),
    Kind.AUTHORITY: (
        gettext_lazy("归谁管、定不定得了"),
        gettext_lazy("哪个单位管，哪些这里能定，哪些要报上级。"),
        gettext_lazy("依据"),
    ),
}
SOURCES = {
    Kind.FACT: gettext_lazy("哪份文件、哪个单位、谁量的。没有出处的，不算事实。"),
    Kind.SITE: gettext_lazy("上面定了位可以不填；没定位要写，比如南门空地、二单元一楼。"),
}


class SideForm(ScreenedForm):
    public_fields = ("label", "touched")
    label = forms.CharField(
        label=gettext_lazy("哪一方"), max_length=20, help_text=gettext_lazy("比如夜班住户、一楼住户、物业。不写人名。")
    )
    touched = forms.CharField(label=gettext_lazy("怎么碰到他们"), max_length=120, required=False)
    about_how_many = forms.IntegerField(
        label=gettext_lazy("大概多少人"),
        min_value=1,
        max_value=MOST_PEOPLE,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )


class HearForm(ScreenedForm):
    public_fields = ("chosen", "said")
    how = forms.ChoiceField(label=gettext_lazy("怎么听的"), choices=Hearing.How.choices, widget=Picks)
    people = forms.IntegerField(
        label=gettext_lazy("听了几个人"),
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    chosen = forms.CharField(
        label=gettext_lazy("这些人怎么找来的"),
        max_length=120,
        help_text=gettext_lazy("比如按门牌每层抽一户、楼长请的、自己报名的。"),
    )
    said = forms.CharField(
        label=gettext_lazy("他们怎么说"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("几句话说全，不同的说法都写上，不写名字。"),
    )
    on = forms.DateField(
        label=gettext_lazy("哪天听的"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class FindingForm(ScreenedForm):
    """One finding of one kind; what a kind has no use for is not asked."""

    public_fields = ("text", "source")
    text = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 4}))
    photos = Pictures(label=gettext_lazy("照片"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.CharField(max_length=200, required=False)
    squad: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=gettext_lazy("哪支小分队去的"), queryset=Body.objects.none(), required=False
    )
    visit: forms.ModelChoiceField[Visit] = forms.ModelChoiceField(
        label=gettext_lazy("已经记下的走访"),
        queryset=Visit.objects.none(),
        required=False,
        help_text=gettext_lazy("委员应哨来看过的，选上就行，不用再填小分队。"),
    )
    on = forms.DateField(
        label=gettext_lazy("哪天"),
        initial=clock.today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput)

    def __init__(
        self, tenant_id: UUID, kind: str, *args: Any, squads: Sequence[Body], visits: Sequence[Visit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tenant_id, self.kind = tenant_id, Kind(kind)
        self.stored: list[Attachment] = []
        text, source = self.fields["text"], self.fields["source"]
        text.label, text.help_text, source.label = WORDS[self.kind]
        source.help_text = SOURCES.get(self.kind, "")
        source.is_needed = self.kind in (Kind.FACT, Kind.SITE)  # type: ignore[attr-defined]
        self.fields["photos"].is_needed = self.kind == Kind.SITE  # type: ignore[attr-defined]
        if self.kind != Kind.VISIT:
            del self.fields["squad"], self.fields["visit"]
        else:
            self._choose(squads, visits)
        if self.kind not in (Kind.SITE, Kind.VISIT):
            del self.fields["photos"], self.fields["kept"], self.fields["lat"], self.fields["lng"]

    def clean_photos(self) -> list[Attachment]:
        """The photos on disk, before any transaction, also those that came before something else had to be put right.
        What is no photo, or too much, is said beside the field."""
        most = in_force(self.tenant_id).limits.photos
        self.stored, complaints = carried.gather(self.data, self.cleaned_data["photos"], self.tenant_id, most)
        if complaints:
            raise forms.ValidationError(complaints)
        return self.stored

    @property
    def kept_value(self) -> str:
        """The hidden field that carries the photos stored so far."""
        return carried.pack(self.stored)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data.pop("kept", None)
        lat, lng = data.pop("lat", None), data.pop("lng", None)
        there = {"position": (lat, lng) if lat is not None and lng is not None else None}
        return {"kind": self.kind, **data} | there

    def _choose(self, squads: Sequence[Body], visits: Sequence[Visit]) -> None:
        squad, visit = self.fields["squad"], self.fields["visit"]
        squad.queryset = Body.objects.filter(pk__in=[body.pk for body in squads])  # type: ignore[attr-defined]
        if not visits:
            del self.fields["visit"]
            return
        visit.queryset = Visit.objects.filter(pk__in=[one.pk for one in visits]).select_related("written_by")  # type: ignore[attr-defined]
        visit.label_from_instance = _visit_label  # type: ignore[attr-defined]


def _visit_label(visit: Visit) -> str:
    return f"{day(visit.on)} {visit.written_by.name}"


class WhyForm(ScreenedForm):
    """Why something no longer counts."""

    public_fields = ("why",)
    why = forms.CharField(
        label=gettext_lazy("为什么"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写一句，大家看得见。"),
    )
