"""What the pages of a studio's life ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shangliang.core import clock
from shangliang.people.forms.bodies import PublicPhone
from shangliang.people.models import Body
from shangliang.places.forms import PlaceField
from shangliang.places.models import Place
from shangliang.playbooks.studio_rules import LifeStep, StudioRules
from shangliang.studios.forms.duty import date_field
from shangliang.studios.models import Studio
from shangliang.studios.queries.pairings import body_named
from shangliang.web.forms import Form

SHARED_AT_MOST = 10


class LinesField(forms.CharField):
    """Names, one a line; gives a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 2, "class": "input-low"}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        names = [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if len(names) > SHARED_AT_MOST:
            raise forms.ValidationError(_("最多 %(most)d 行。") % {"most": SHARED_AT_MOST})
        if any(len(name) > 40 for name in names):
            raise forms.ValidationError(_("一行最多 40 个字。"))
        return names


class BodyField(forms.ChoiceField):
    """One of a few bodies; gives the body, or None when none is chosen."""

    def __init__(self, *, bodies: Sequence[Body], empty: Any, **kwargs: Any) -> None:
        self.bodies = {str(body.pk): body for body in bodies}
        super().__init__(choices=[("", empty), *((key, body.name) for key, body in self.bodies.items())], **kwargs)

    def clean(self, value: Any) -> Any:
        return self.bodies.get(super().clean(value))


class BodyNameField(forms.CharField):
    """A body by its name, which no two have; gives the body, or None when left empty. The page has a list of names
    to pick from under the id `bodies`."""

    def __init__(self, *, kind: str = "", **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": "bodies", "autocomplete": "off"})
        super().__init__(max_length=60, widget=widget, **kwargs)
        self.kind = kind

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not name:
            return None
        body = body_named(name, self.kind)
        if body is None:
            raise forms.ValidationError(_("没找到“%(name)s”，写全名，或者从列表里选。") % {"name": name})
        return body


class SeenForm(Form):
    """A form that carries what stood on the page, so that nobody overwrites what they have not seen."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def show_as_seen(self, now: str) -> None:
        """The page that comes back shows the present state: pressing again is meant."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = now  # type: ignore[index]


class DecisionForm(SeenForm):
    """What was decided: when, by whom, by which paper."""

    on = date_field(gettext_lazy("哪天定的"))
    decided_by = forms.CharField(label=gettext_lazy("谁定的"), max_length=60)
    document = forms.CharField(
        label=gettext_lazy("文号或文件名"), max_length=80, help_text=gettext_lazy("写文号，或者在下面传一份。")
    )
    file = forms.FileField(label=gettext_lazy("文件"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("为什么退出"))
    why = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=240, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Mapping[str, Any] | None, files: Any, *, playbook: StudioRules, step: LifeStep) -> None:
        initial: dict[str, Any] = {"on": clock.today(), "decided_by": step.by}
        super().__init__(data, files, initial=initial)
        self.fields["document"].required = False  # the act says so when the paper is missing: a scan does as well
        if step.paper:
            for name in ("document", "file"):
                self.fields[name].is_needed = True  # type: ignore[attr-defined]
            self.fields["document"].help_text = _("文号和下面的文件，有一样就行，不能都空着。")
        if step.status == Studio.Status.CLOSED:
            choices = [("", _("选一条")), *playbook.exit_reasons.items()]
            self.fields["reason"].choices = choices  # type: ignore[attr-defined]
            self.fields["why"].required = True
        else:
            del self.fields["reason"]


class TogetherForm(DecisionForm):
    """Several studios that take one step by one paper."""

    studios = forms.MultipleChoiceField(label=gettext_lazy("哪几个工作室"), widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        files: Any,
        *,
        playbook: StudioRules,
        step: LifeStep,
        among: Sequence[Studio],
    ) -> None:
        super().__init__(data, files, playbook=playbook, step=step)
        del self.fields["seen"]
        choices = [(str(studio.pk), f"{studio.body.name}（{studio.body.place.short_name}）") for studio in among]
        self.fields["studios"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(["studios"])

    def clean_studios(self) -> list[UUID]:
        return [UUID(key) for key in self.cleaned_data["studios"]]


class AboutFields(Form):
    """What a studio says of itself."""

    motto = forms.CharField(
        label=gettext_lazy("一句话"), required=False, max_length=60, help_text=gettext_lazy("比如“住得近，说得上话”。")
    )
    about = forms.CharField(
        label=gettext_lazy("做什么"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    theme = forms.CharField(label=gettext_lazy("专题或品牌"), required=False, max_length=60)
    ends_with = forms.CharField(
        label=gettext_lazy("做完什么就结束"), required=False, max_length=80, help_text=gettext_lazy("专题的才写。")
    )
    shared_with = LinesField(
        label=gettext_lazy("和谁共用场地"),
        required=False,
        help_text=gettext_lazy("一行一个，比如“新时代文明实践站”。"),
    )
    online = forms.BooleanField(label=gettext_lazy("只在网上，没有房间"), required=False)


class ProposeForm(AboutFields):
    """A studio to be: a new body, or one there is."""

    kind = forms.ChoiceField(label=gettext_lazy("哪一类"))
    name = forms.CharField(label=gettext_lazy("名称"), required=False, max_length=60)
    why = forms.CharField(
        label=gettext_lazy("为什么要办"), required=False, max_length=240, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        within: Place,
        playbook: StudioRules,
        without: Sequence[Body],
    ) -> None:
        super().__init__(data)
        self.within = within
        self.fields["kind"].choices = [(key, kind.label) for key, kind in playbook.kinds.items()]  # type: ignore[attr-defined]
        self.fields["place"] = PlaceField(
            label=_("在哪里"),
            within=within,
            required=False,
            help_text=_("写街道或社区的名字；面向全%(place)s的，空着。") % {"place": within.short_name},
        )
        self.fields["under"] = BodyNameField(
            kind=Body.Kind.STUDIO, required=False, label=_("挂在哪个工作室下面"), help_text=_("工作站才写。")
        )
        if without:
            self.fields["body"] = BodyField(
                bodies=without,
                empty=_("新开一个"),
                required=False,
                label=_("单位"),
                help_text=_("已经在“单位和人”里开过的，选它，名称和地点就不用填。"),
            )
            self.fields["name"].help_text = _("新开的要写；上面选了已有的，就不用写。")
        self.fields["name"].is_needed = True  # type: ignore[attr-defined]
        self.order_fields(["kind", "body", "name", "place", "under", "theme", "motto", "about", "why"])

    def clean_place(self) -> Place:
        place: Place = self.cleaned_data["place"] or self.within
        return place


class DescribeForm(AboutFields, SeenForm):
    """What a studio says of itself, and how to reach it."""

    way = forms.CharField(label=gettext_lazy("怎么走"), required=False, max_length=120)
    phone = PublicPhone(help_text=gettext_lazy("工作室的电话，公开页上看得到。别写个人手机。"))
    address = forms.CharField(label=gettext_lazy("地址"), required=False, max_length=120)
    hours = forms.CharField(label=gettext_lazy("什么时候有人"), required=False, max_length=60)

    def __init__(self, data: Mapping[str, Any] | None = None, *, studio: Studio, seen: str) -> None:
        own = ("motto", "about", "theme", "ends_with", "shared_with", "online", "way")
        known: dict[str, Any] = {name: getattr(studio, name) for name in own}
        known |= {name: getattr(studio.body, name) for name in ("phone", "address", "hours")}
        super().__init__(data, initial=known | {"seen": seen})
        self.order_fields(["motto", "about", "theme", "phone", "hours", "address", "way", "shared_with", "ends_with"])


class ListForm(Form):
    """Which studios to list, read from the address. What makes no sense narrows nothing."""

    q = forms.CharField(label=gettext_lazy("名称、地方或专题"), required=False, max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("哪一类"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("走到哪一步"), required=False)
    street = forms.ChoiceField(label=gettext_lazy("哪个街道"), required=False)
    gaps = forms.ChoiceField(label=gettext_lazy("标准"), required=False)

    def __init__(self, data: Mapping[str, Any], *, playbook: StudioRules, streets: Sequence[Place]) -> None:
        super().__init__(data)
        everything = ("", _("全部"))
        choices: dict[str, list[tuple[str, str]]] = {
            "kind": [(key, kind.label) for key, kind in playbook.kinds.items()],
            "status": [(key, step.label) for key, step in playbook.life.items()],
            "street": [(str(place.pk), place.short_name) for place in streets],
            "gaps": [("lacks", _("还缺的")), ("late", _("说好补、过了日子的"))],
        }
        for name, found in choices.items():
            self.fields[name].choices = [everything, *found]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """What `queries.studios.listed` takes."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) or "" for name in ("kind", "status", "gaps")}
        street = self.cleaned_data.get("street")
        return found | {"words": self.cleaned_data.get("q") or "", "street": UUID(street) if street else None}
