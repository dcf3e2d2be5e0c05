"""What residents fill in. Nothing typed and no photo is lost when a form comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shangliang.files.models import Attachment
from shangliang.places.models import Place
from shangliang.places.queries import has_boundaries
from shangliang.playbooks.queries import in_force
from shangliang.tenants.models import Tenant
from shangliang.voices import carried, queries, stamps, whereabouts
from shangliang.voices.actions import Speech
from shangliang.voices.contacts import Reach
from shangliang.voices.models import Voice
from shangliang.voices.stamps import Stamp
from shangliang.web.forms import Form, HalfWidth, Photos, Picks

Openness, For = Voice.Openness, Voice.For
GROUP_AT_MOST = 100_000
PHONE_DIGITS = 11
DIGITS = 9  # of any number somebody types; Python refuses to read one of some thousands


class Pictures(Photos):
    """Pictures as they come: each is checked when it is stored, so that one bad one does not cost the others."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:  # type: ignore[override]
        return [one for one in (data if isinstance(data, list | tuple) else [data]) if one]


class SpokenForm(Form):
    """Words with photos, under a stamp. The photos are on disk once the form was looked at; `kept` carries them."""

    words = forms.CharField(
        label=gettext_lazy("什么事"),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("还没写是什么事。一句话也行。")},
    )
    photos = Pictures(label=gettext_lazy("照片"), required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        tenant: Tenant,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.tenant = tenant
        self.limits = in_force(tenant.pk).limits
        self.fields["stamp"].initial = stamps.draw()
        self.stored: list[Attachment] = []

    @property
    def stamped(self) -> Stamp:
        """What the stamp says: the key that counts a retry once, and whether something is odd."""
        return stamps.read(self.data.get("stamp", ""))

    @property
    def kept_value(self) -> str:
        """The hidden field that carries the photos stored so far."""
        return carried.pack(self.stored)

    @property
    def stamp_value(self) -> str:
        """The stamp this form goes on with: its own, however often it comes back."""
        return str(self.data.get("stamp") or self.fields["stamp"].initial)

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        over = len(words) - self.limits.words
        if over > 0:
            raise forms.ValidationError(
                _("写了 %(now)d 字，一次最多 %(most)d 字。请删掉 %(over)d 字，或者分两次说。")
                % {"now": len(words), "most": self.limits.words, "over": over}
            )
        return words

    def clean_photos(self) -> list[Attachment]:
        """Store what came, beside what had come before and was not taken out; complain of each that cannot stay."""
        uploads = self.cleaned_data["photos"]
        self.stored, complaints = carried.gather(self.data, uploads, self.tenant.pk, self.limits.photos)
        if complaints:
            raise forms.ValidationError(complaints)
        return self.stored


class VoiceForm(SpokenForm):
    """我要提."""

    place_words = forms.CharField(
        label=gettext_lazy("在哪里"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        help_text=gettext_lazy("写小区、路名、门牌都行。说不准也没关系，工作人员会核实。"),
    )
    place = forms.ChoiceField(label=gettext_lazy("或者从列表里选社区"), required=False)
    which = forms.CharField(required=False)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    openness = forms.ChoiceField(
        label=gettext_lazy("别人看得到什么"),
        choices=[
            (Openness.PUBLIC, gettext_lazy("公开这件事，不公开我")),
            (Openness.HANDLERS, gettext_lazy("只给社区和委员看")),
            (Openness.ANONYMOUS, gettext_lazy("完全匿名")),
        ],
        initial=Openness.PUBLIC,
        widget=Picks(
            hints={
                "public": gettext_lazy("网页上写“一位居民”，社区能联系到您"),
                "handlers": gettext_lazy("涉及家里的事、纠纷，选这个"),
                "anonymous": gettext_lazy("没人能联系您，手机号、邮箱填了也不留，请记好回执码查结果"),
            }
        ),
    )
    speaks_for = forms.ChoiceField(
        label=gettext_lazy("替谁说"),
        choices=[
            (For.SELF, gettext_lazy("我自己")),
            (For.GROUP, gettext_lazy("我们一群人")),
            (For.ENTERPRISE, gettext_lazy("一家企业")),
        ],
        initial=For.SELF,
        widget=Picks,
    )
    group_size = HalfWidth(
        label=gettext_lazy("一共几个人"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input-short"}),
        help_text=gettext_lazy("选“我们一群人”才用填，写个大概的数就行。"),
    )
    phone = HalfWidth(
        label=gettext_lazy("手机号"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=gettext_lazy("只用来告诉您办到哪一步了。"),
    )
    email = HalfWidth(
        label=gettext_lazy("邮箱"),
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "inputmode": "email", "autocomplete": "email"}),
    )
    hear_by = forms.ChoiceField(
        label=gettext_lazy("有了进展怎么告诉您"),
        choices=[
            ("page", gettext_lazy("我自己用回执查")),
            ("sms", gettext_lazy("发短信")),
            ("email", gettext_lazy("发邮件")),
            ("wechat", gettext_lazy("微信")),
        ],
        initial="page",
        widget=Picks(
            hints={
                "page": gettext_lazy("选别的，这样也一直能查"),
                "sms": gettext_lazy("要填手机号"),
                "email": gettext_lazy("要填邮箱"),
                "wechat": gettext_lazy("要填手机号，用它找到您的微信"),
            }
        ),
    )

    def __init__(self, tenant: Tenant, *args: Any, **kwargs: Any) -> None:
        super().__init__(tenant, *args, **kwargs)
        self.within = Place.objects.get(path=tenant.place_path)
        self.fields["place"].choices = lambda: [("", _("不选")), *self.places]  # type: ignore[attr-defined]
        self.where = whereabouts.Whereabouts(self.within)

    # Needed only where the form is shown, or a place was picked.
    @cached_property
    def has_position(self) -> bool:
        """Whether the phone's position can say where somebody is."""
        return has_boundaries(self.within)

    @cached_property
    def places(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The places to pick from, under their streets."""
        return whereabouts.choices(self.within)

    @property
    def candidates(self) -> list[tuple[str, str, bool]]:
        """The places to choose from when the words fit several: value, words, whether chosen."""
        chosen = self.data.get("which", "")
        options = [(str(place.pk), place.short_name) for place in self.where.candidates]
        options = [*options, (whereabouts.UNSURE, str(_("说不准，先这样提")))] if options else []
        return [(value, words, value == chosen) for value, words in options]

    def clean_phone(self) -> str:
        phone = "".join(character for character in self.cleaned_data["phone"] if character not in "-()（）·.")
        phone = phone.removeprefix("+86") if phone.startswith("+") else phone
        if not phone:
            return ""
        if not (phone.isascii() and phone.isdigit()):
            raise forms.ValidationError(_("手机号里有不是数字的字，再看一眼。不想留就清空。"))
        if phone.startswith("1"):
            return _mobile(phone)
        if not 7 <= len(phone) <= 12:
            raise forms.ValidationError(_("这不像电话号码，再看一眼。不想留就清空。"))
        return phone

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        try:
            return str(forms.EmailField(required=False).clean(email))
        except forms.ValidationError:
            raise forms.ValidationError(_("邮箱像是少了一截，要有 @ 和后面的网站名。不想留就清空。")) from None

    def clean_group_size(self) -> int:
        size: str = self.cleaned_data["group_size"].removesuffix("人")
        if self.data.get("speaks_for") != For.GROUP:
            return 1
        if not (size.isdecimal() and len(size) <= DIGITS and 2 <= int(size) <= GROUP_AT_MOST):
            raise forms.ValidationError(_("一共几个人？写个数，2 以上。"))
        return int(size)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        lat, lng = data.get("lat"), data.get("lng")
        self.where = whereabouts.find(
            self.within,
            picked=data.get("place", ""),
            typed=data.get("place_words", ""),
            which=data.get("which", ""),
            position=(lat, lng) if lat is not None and lng is not None else None,
        )
        if self.where.candidates:
            self.add_error("place_words", _("这样的地方有好几个，下面点一下是哪一个。"))
        if data.get("openness") != Openness.ANONYMOUS:
            self._check_hear_by(data)
        return data

    def hush(self) -> None:
        """Forget the complaints: whoever only looks for neighbours has not finished writing."""
        self.errors.clear()

    def speech(self, *, held: bool) -> Speech:
        """What the valid form says. `held` adds to what its stamp tells."""
        data = self.cleaned_data
        stamp = self.stamped
        anonymous = data["openness"] == Openness.ANONYMOUS
        return Speech(
            words=data["words"],
            place=self.where.place,
            key=queries.key_for(f"web:{stamp.key.hex}", data["words"]),
            place_settled=self.where.settled,
            place_words=data["place_words"],
            openness=data["openness"],
            speaks_for=data["speaks_for"],
            group_size=data["group_size"],
            reach=Reach() if anonymous else Reach(phone=data["phone"], email=data["email"]),
            hear_by="page" if anonymous else data["hear_by"],
            photos=self.stored,
            held=held or stamp.odd,
        )

    def _check_hear_by(self, data: dict[str, Any]) -> None:
        if data.get("hear_by") in ("sms", "wechat") and data.get("phone") == "":
            self.add_error("phone", _("要发消息给您，得留个手机号；不想留，就选“我自己用回执查”。"))
        if data.get("hear_by") == "email" and data.get("email") == "":
            self.add_error("email", _("要发邮件给您，得留个邮箱；不想留，就选“我自己用回执查”。"))


def _mobile(phone: str) -> str:
    missing = PHONE_DIGITS - len(phone)
    if missing > 0:
        raise forms.ValidationError(
            ngettext(
                "手机号少了 %(n)d 位，再看一眼。不想留就清空。",
                "手机号少了 %(n)d 位，再看一眼。不想留就清空。",
                missing,
            )
            % {"n": missing}
        )
    if missing < 0:
        raise forms.ValidationError(
            ngettext(
                "手机号多了 %(n)d 位，再看一眼。不想留就清空。",
                "手机号多了 %(n)d 位，再看一眼。不想留就清空。",
                -missing,
            )
            % {"n": -missing}
        )
    return phone


class EraseForm(Form):
    """Why a voice is erased: a code, for it stays in the ledger for ever."""

    reason = forms.ChoiceField(
        label=gettext_lazy("为什么删"),
        widget=forms.RadioSelect,
        choices=[
            ("request", gettext_lazy("本人要求删除")),
            ("consent", gettext_lazy("本人收回了同意")),
            ("others", gettext_lazy("里面有别人的个人信息")),
            ("purpose", gettext_lazy("用不着再留了")),
            ("law", gettext_lazy("法律规定，或者主管机关要求")),
        ],
    )
