"""What the pages of people and bodies ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.people.models import Body, Member, Membership
from shangliang.people.phones import PUBLIC
from shangliang.people.queries import meant, open_body_named
from shangliang.people.rules import DUTIES_IN
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.web.forms import Form, HalfWidth

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STEPS_AT_MOST, STEP_LIMIT = 6, 20


def date_field(label: StrOrPromise, *, required: bool = True, hint: StrOrPromise = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class FindForm(Form):
    """Which bodies to list, read from the address. What makes no sense narrows nothing."""

    q = forms.CharField(label=gettext_lazy("单位、地方或人名"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=gettext_lazy("哪一类"), required=False, choices=[("", gettext_lazy("全部")), *Body.Kind.choices]
    )
    on = date_field(gettext_lazy("看哪一天的"), required=False)

    def asked(self) -> tuple[str, str, dt.date]:
        """Words, kind and day."""
        self.is_valid()
        data = self.cleaned_data
        return data.get("q") or "", data.get("kind") or "", data.get("on") or clock.today()


class StepsField(forms.CharField):
    """The steps of internal sign-off, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3, "class": "input-low"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        steps = [step.strip() for step in (super().to_python(value) or "").splitlines() if step.strip()]
        if len(steps) > STEPS_AT_MOST:
            raise forms.ValidationError(_("最多 %(most)d 步。") % {"most": STEPS_AT_MOST})
        if len(set(steps)) < len(steps):
            raise forms.ValidationError(_("有两步同名，分不清谁签。"))
        if any(len(step) > STEP_LIMIT for step in steps):
            raise forms.ValidationError(_("一步的名字最多 %(most)d 个字。") % {"most": STEP_LIMIT})
        return steps


class PublicPhone(HalfWidth):
    """A number that everybody may read: digits, + - ( ), and 转 before an extension."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel"})
        super().__init__(label=gettext_lazy("对外电话"), required=False, max_length=40, widget=widget, **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and not PUBLIC.fullmatch(value):
            raise forms.ValidationError(_("电话只写数字，中间可以有 + - ( ) 和“转”，比如 027-86860000转12。"))


class ContactForm(Form):
    """How to reach a body, and how a reply is signed off in it."""

    phone = PublicPhone(help_text=gettext_lazy("单位的电话，公开页上看得到。别写个人手机。"))
    hours = forms.CharField(label=gettext_lazy("什么时候有人"), required=False, max_length=60)
    address = forms.CharField(label=gettext_lazy("地址"), required=False, max_length=120)
    sign_off = StepsField(
        label=gettext_lazy("答复要签哪几步"),
        required=False,
        help_text=gettext_lazy("一行一步，从先到后，比如“科室”“领导”。空着就是经办人直接答复。"),
    )


class BodyField(forms.CharField):
    """One of the open bodies, by its name; gives the Body, or None when left empty."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"list": "bodies", "autocomplete": "off"}
        super().__init__(max_length=60, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Any:
        name = super().clean(value).strip()
        if not name:
            return None
        found = open_body_named(name)
        if found is None:
            raise forms.ValidationError(_("没有叫“%(name)s”的单位，写全名。") % {"name": name})
        return found


class BodyForm(ContactForm):
    """A new body. The district office is opened with the tenant."""

    kind = forms.ChoiceField(
        label=gettext_lazy("哪一类"),
        choices=[one for one in Body.Kind.choices if one[0] != Body.Kind.DISTRICT_OFFICE],
    )
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    under = BodyField(
        label=gettext_lazy("设在谁下面"),
        required=False,
        help_text=gettext_lazy("比如工作站设在工作室下面，党支部设在街道联络委下面。没有就空着。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, within: Place) -> None:
        super().__init__(data)
        self.within = within
        self.fields["place"] = PlaceField(
            label=_("管哪里"),
            within=within,
            required=False,
            help_text=_("写街道或社区的名字；管全%(place)s的，空着。") % {"place": within.short_name},
        )
        self.order_fields(["kind", "name", "place", "under", "phone", "hours", "address", "sign_off"])

    def clean_place(self) -> Place:
        place: Place = self.cleaned_data["place"] or self.within
        return place


class SeatForm(Form):
    """A seat in a body: who, as what, from when to when."""

    member = forms.CharField(
        label=gettext_lazy("名册里的委员"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("编号或姓名，不用有账号。填了它，下面两格空着。"),
    )
    username = HalfWidth(
        label=gettext_lazy("登录名"),
        required=False,
        min_length=3,
        max_length=30,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off", "autocapitalize": "none"}),
        validators=[RegexValidator(r"^[A-Za-z0-9._-]+$", gettext_lazy("登录名用字母、数字、点、横线。"))],
        help_text=gettext_lazy("已经有账号的，填他的登录名；新来的，起一个，比如姓名的拼音。"),
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("新开账号才填。已经有账号的，空着。"),
    )
    duty = forms.ChoiceField(label=gettext_lazy("做什么"))
    since = date_field(gettext_lazy("从哪天起"), hint=gettext_lazy("到了这天才有权限。"))
    until = date_field(
        gettext_lazy("到哪天为止"), required=False, hint=gettext_lazy("含这一天。不知道就空着，以后再结束。")
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, body: Body) -> None:
        super().__init__(data)
        duties = [(str(duty), str(Membership.Duty(duty).label)) for duty in DUTIES_IN[body.kind]]
        self.fields["duty"].choices = duties  # type: ignore[attr-defined]
        self.fields["since"].initial = clock.today()
        if body.sign_off:
            self.fields["signs"] = steps_to_sign(body.sign_off)

    def clean_member(self) -> Member | None:
        """The one member of this name or key. Two of one name are told apart by their keys."""
        text = self.cleaned_data["member"].strip()
        found = meant(text) if text else []
        if text and not found:
            raise forms.ValidationError(_("名册里没有“%(text)s”。") % {"text": text})
        if len({row.person_id for row in found}) > 1:
            keys = "、".join(f"{row.key}（{row.sector}）" for row in found)
            raise forms.ValidationError(_("有几位叫“%(text)s”，写编号：%(keys)s。") % {"text": text, "keys": keys})
        return found[0] if found else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "member" in data and not data["member"] and not data.get("username") and "username" not in self.errors:
            self.add_error("username", _("写一位名册里的委员，或者一个登录名。"))
        member = data.pop("member", None)
        return {**data, "person": member.person if member else None}


class OffForm(Form):
    """From when a seat gives nothing any more."""

    off = date_field(
        gettext_lazy("从哪天起不再任职"), hint=gettext_lazy("选今天，权限马上收回。以前做过的事都还记在他名下。")
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, label: StrOrPromise = "", hint: StrOrPromise = ""
    ) -> None:
        super().__init__(data)
        off = self.fields["off"]
        off.initial, off.label, off.help_text = clock.today(), label or off.label, hint or off.help_text


class GuideForm(Form):
    """Who guides a body, and in what."""

    guide = BodyField(label=gettext_lazy("由谁指导"), help_text=gettext_lazy("比如一个专委会。写全名。"))
    what = forms.CharField(
        label=gettext_lazy("指导什么"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("比如“法律咨询”。可以空着。"),
    )
    since = date_field(gettext_lazy("从哪天起"))

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["since"].initial = clock.today()


def steps_to_sign(steps: Sequence[str]) -> forms.MultipleChoiceField:
    """Which steps of sign-off a seat may sign."""
    return forms.MultipleChoiceField(
        label=_("答复由他签哪几步"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(step, step) for step in steps],
    )
