"""What is asked at the desk of a studio. A note is cleaned alike, typed into the page or kept on a device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.people.models import Person
from shangliang.playbooks.queries import in_force
from shangliang.studios.models import Reception, Studio
from shangliang.studios.reception_notes import Kept, Note
from shangliang.tenants.models import Tenant
from shangliang.voices.forms import VoiceForm
from shangliang.voices.models import Voice
from shangliang.web.forms import Form, HalfWidth, Picks

Openness, For, Outcome = Voice.Openness, Voice.For, Reception.Outcome
PEOPLE_AT_MOST = 500
USUAL = "other"  # the category that needs no thought, where the playbook has it


class NoteForm(VoiceForm):
    """A talk at the desk: the fields in the order in which they are told, each with a good default."""

    email = lat = lng = hear_by = group_size = None  # type: ignore[assignment]
    words = forms.CharField(
        label=gettext_lazy("说了什么"), required=False, widget=forms.Textarea(attrs={"rows": 4, "accesskey": "w"})
    )
    wish = forms.CharField(label=gettext_lazy("希望怎么办"), required=False, max_length=300)
    outcome = forms.ChoiceField(
        label=gettext_lazy("怎么处理"),
        choices=[
            (Outcome.VOICE, gettext_lazy("记成一件事")),
            (Outcome.ANSWERED, gettext_lazy("当场答复了")),
            (Outcome.TALK, gettext_lazy("聊聊，没有要办的")),
            (Outcome.ELSEWHERE, gettext_lazy("告诉了该去哪里")),
        ],
        initial=Outcome.VOICE,
        widget=Picks,
    )
    answer = forms.CharField(label=gettext_lazy("当场怎么答的"), required=False, max_length=600)
    name = forms.CharField(label=gettext_lazy("称呼"), required=False, max_length=40)
    tell = forms.BooleanField(label=gettext_lazy("有进展发短信告诉他（要留手机号）"), required=False, initial=True)
    people = HalfWidth(
        label=gettext_lazy("来了几个人"),
        required=False,
        initial="1",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"}),
    )
    category = forms.ChoiceField(label=gettext_lazy("哪一类"))
    openness = forms.ChoiceField(
        label=gettext_lazy("愿意公开吗"),
        choices=[
            (Openness.HANDLERS, gettext_lazy("只给社区和委员看")),
            (Openness.PUBLIC, gettext_lazy("公开这件事")),
            (Openness.ANONYMOUS, gettext_lazy("完全匿名")),
        ],
        initial=Openness.HANDLERS,
        widget=Picks(
            hints={
                "public": gettext_lazy("问过本人，同意；网页上写“一位居民”"),
                "handlers": gettext_lazy("没问到，就选这个"),
                "anonymous": gettext_lazy("姓名电话填了也不留"),
            }
        ),
    )
    receiver = forms.ChoiceField(label=gettext_lazy("谁接待的"), required=False)
    others = forms.CharField(label=gettext_lazy("还有谁一起接待"), required=False, max_length=80)
    sensitive = forms.BooleanField(label=gettext_lazy("敏感，不公开"), required=False)
    minor = forms.BooleanField(label=gettext_lazy("涉及未成年人，不公开"), required=False)

    def __init__(
        self,
        tenant: Tenant,
        studio: Studio,
        people: list[Person],
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
        *,
        by: UUID | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(tenant, data, files, **kwargs)
        self.studio = studio
        categories = in_force(tenant.pk).categories
        receivers = [(str(person.pk), person.name) for person in people]
        self.fields["category"].choices = list(categories.items())  # type: ignore[attr-defined]
        self.fields["category"].initial = USUAL if USUAL in categories else next(iter(categories), "")
        self.fields["receiver"].choices = [("", _("没有记")), *receivers]  # type: ignore[attr-defined]
        self.fields["receiver"].initial = str(by) if str(by) in dict(receivers) else next(iter(dict(receivers)), "")
        self.fields["place"].initial = str(studio.body.place_id)
        self.fields["place"].label = _("哪个社区")
        self.fields["place_words"].label = _("具体在哪里")
        self.fields["place_words"].help_text = _("小区、路名、门牌。")
        self.fields["place_words"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].widget.attrs["autocomplete"] = "off"
        self.fields["phone"].help_text = ""
        self.fields["words"].widget.attrs["autofocus"] = True

    def clean_people(self) -> int:
        number: str = self.cleaned_data["people"].removesuffix("人") or "1"
        if not (number.isdecimal() and len(number) <= 3 and 1 <= int(number) <= PEOPLE_AT_MOST):
            raise forms.ValidationError(_("来了几个人？写个数，1 到 %(most)d。") % {"most": PEOPLE_AT_MOST})
        return int(number)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if data.get("outcome") == Outcome.VOICE and data.get("words") == "":
            self.add_error("words", _("还没写是什么事。一句话也行。"))
        # A code cannot be told from a phone's owner afterwards: what is delicate never starts public.
        if (data.get("sensitive") or data.get("minor")) and data.get("openness") == Openness.PUBLIC:
            data["openness"] = Openness.HANDLERS
        return data

    def note(self) -> Note:
        """What the valid form says."""
        data = self.cleaned_data
        anonymous = data["openness"] == Openness.ANONYMOUS
        place, settled = self.where.place, self.where.settled
        if not settled and not data["place_words"]:
            place, settled = self.studio.body.place, True
        kept = Kept(
            name="" if anonymous else data["name"],
            phone="" if anonymous else data["phone"],
            words=data["words"],
            wish=data["wish"],
            answer=data["answer"],
            others=data["others"],
            place=str(place.pk),
            where=data["place_words"],
            speaks_for=data["speaks_for"],
            openness=data["openness"],
            tell=data["tell"],
            sensitive=data["sensitive"],
            minor=data["minor"],
        )
        return Note(
            kept=kept,
            outcome=data["outcome"],
            category=data["category"],
            people=data["people"],
            receiver=UUID(data["receiver"]) if data["receiver"] else None,
            place=place,
            place_settled=settled,
            photos=self.stored,
        )


def as_typed(kept: Kept, row: Reception) -> dict[str, Any]:
    """What a note was typed from, to fill its form again."""
    return {
        "words": kept.words,
        "wish": kept.wish,
        "outcome": row.outcome,
        "answer": kept.answer,
        "name": kept.name,
        "phone": kept.phone,
        "tell": kept.tell,
        "people": row.people,
        "category": row.category,
        "openness": kept.openness,
        "place": kept.place,
        "place_words": kept.where,
        "speaks_for": kept.speaks_for,
        "receiver": str(row.receiver_id or ""),
        "others": kept.others,
        "sensitive": kept.sensitive,
        "minor": kept.minor,
    }


class NumberForm(Form):
    """Somebody came in."""

    people = forms.IntegerField(
        label=gettext_lazy("几个人"),
        required=False,
        min_value=1,
        max_value=PEOPLE_AT_MOST,
        initial=1,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": gettext_lazy("写个数，比如 3。")},
    )
    name = forms.CharField(label=gettext_lazy("称呼"), required=False, max_length=40)


class VisitorForm(Form):
    """A visitor who may have come before: found by the whole number they left, never by a part of it."""

    phone = HalfWidth(
        label=gettext_lazy("留过的手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("要写全。用手机号找人，会记下是谁找的。"),
    )

    def clean_phone(self) -> str:
        digits = "".join(character for character in self.cleaned_data["phone"] if character.isdigit())
        if len(digits) < 7 or (digits.startswith("1") and len(digits) != 11):
            raise forms.ValidationError(_("号码不全，写全了才能找。"))
        return digits
