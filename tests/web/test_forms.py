"""Forms: what is done with what was typed, and how complaints are shown."""

from __future__ import annotations

from types import SimpleNamespace

from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import engines
from django.utils.datastructures import MultiValueDict

from shangliang.web import forms


class Say(forms.Form):
    words = django_forms.CharField(
        label="什么事", max_length=10, widget=django_forms.Textarea, help_text="一句话也行。"
    )
    phone = forms.HalfWidth(label="手机号", required=False, max_length=11)
    who = django_forms.ChoiceField(
        label="谁看得到",
        choices=[("public", "公开这件事"), ("staff", "只给社区看")],
        widget=forms.Picks(hints={"staff": "涉及家里的事，选这个"}),
    )
    rating = django_forms.ChoiceField(
        label="办得怎么样", required=False, choices=[("5", "非常满意"), ("1", "非常不满意")], widget=forms.Faces
    )
    follow = django_forms.BooleanField(label="有进展告诉我", required=False)
    photos = forms.Photos(label="照片", required=False)


def pictures(*sizes: int) -> MultiValueDict[str, SimpleUploadedFile]:
    return MultiValueDict({"photos": [SimpleUploadedFile(f"{n}.jpg", b"x" * size) for n, size in enumerate(sizes)]})


def test_control_characters_go_and_line_ends_become_one() -> None:
    form = Say(QueryDict("words=a%00b%0D%0Ac%1Bd%09e&who=public"))
    assert form.is_valid()
    assert form.cleaned_data["words"] == "ab\ncd\te"


def test_marks_that_turn_the_direction_of_text_go_and_joiners_stay() -> None:
    form = Say({"words": "a\u202eb\u2066c👨\u200d👩", "who": "public"})
    assert form.is_valid()
    assert form.cleaned_data["words"] == "abc👨\u200d👩"


def test_what_nobody_could_see_counts_as_not_filled_in() -> None:
    assert Say({"words": "\u200b\u2060　\n", "who": "public"}).errors["words"] == ["这里还没填。"]


def test_a_number_out_of_bounds_is_told_the_bound() -> None:
    class Days(forms.Form):
        days = django_forms.IntegerField(min_value=1, max_value=90)

    assert Days({"days": "0"}).errors["days"] == ["最小是 1，现在是 0。"]
    assert Days({"days": "91"}).errors["days"] == ["最大是 90，现在是 91。"]


def test_line_ends_do_not_make_a_text_too_long() -> None:
    assert Say({"words": "a\r\n" * 4 + "bc", "who": "public"}).is_valid()


def test_full_width_digits_become_ordinary_where_the_field_says_so() -> None:
    form = Say({"words": "１楼", "phone": "１３８ ０００ ０００００", "who": "public"})
    assert form.is_valid()
    assert form.cleaned_data["phone"] == "13800000000"
    assert form.cleaned_data["words"] == "１楼"


def test_a_text_that_is_too_long_is_told_by_how_much_and_comes_back_whole() -> None:
    form = Say({"words": "长" * 23, "who": "public"})
    assert form.errors["words"] == ["最多 10 字，现在 23 字，删短一点再提交。"]
    assert "长" * 23 in str(form)


def test_the_browser_may_not_cut_a_pasted_text_short() -> None:
    assert "maxlength" not in str(Say()["words"])


def test_a_missing_answer_is_asked_for_in_plain_words() -> None:
    assert Say({}).errors["words"] == ["这里还没填。"]


def test_words_a_field_brings_itself_are_kept() -> None:
    class Own(forms.Form):
        place = django_forms.CharField(error_messages={"required": "在哪里？写个小区名就行。"})

    assert Own({}).errors["place"] == ["在哪里？写个小区名就行。"]


def test_an_error_stands_beneath_its_field_and_is_told_to_screen_readers() -> None:
    field = Say({"who": "public"})["words"].as_field_group()
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_words_helptext id_words_error"' in field
    assert field.index("<textarea") < field.index('id="id_words_error"')
    assert '<label for="id_words">什么事</label>' in field


def test_the_summary_links_each_complaint_to_its_field_and_takes_the_focus() -> None:
    page = str(Say({}))
    assert page.index('role="alert" tabindex="-1" autofocus') < page.index("<textarea")
    assert '<a href="#id_words">什么事：这里还没填。</a>' in page
    assert '<a href="#id_who_0">谁看得到：' in page  # of radios, the first
    assert 'id="id_who_0"' in page


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in str(Say())
    template = engines["django"].from_string("{% error_summary form %}")
    assert template.render({"form": Say()}) == ""
    assert "error-summary" in template.render({"form": Say({})})


def test_typed_words_cannot_become_markup() -> None:
    assert "<script>" not in str(Say({"words": "<script>alert(1)</script>", "who": "<script>"}))


def test_choices_are_cards_with_their_hints() -> None:
    cards = str(Say(initial={"who": "staff"})["who"])
    assert cards.count('class="pick"') == 2
    assert "<small>涉及家里的事，选这个</small>" in cards
    assert cards.count(" checked") == 1


def test_five_levels_have_their_faces_and_break_only_where_they_may() -> None:
    faces = str(Say()["rating"])
    assert "#grin" in faces
    assert "非常\u200b不满意" in faces


def test_a_field_one_may_leave_empty_says_so() -> None:
    assert "（可不填）" in Say()["phone"].as_field_group()
    assert "（可不填）" not in Say()["words"].as_field_group()


def test_several_pictures_arrive_as_a_list() -> None:
    form = Say({"words": "路灯", "who": "public"}, pictures(3, 5))
    assert form.is_valid()
    assert [photo.size for photo in form.cleaned_data["photos"]] == [3, 5]


def test_no_picture_is_an_empty_list() -> None:
    form = Say({"words": "路灯", "who": "public"}, MultiValueDict())
    assert form.is_valid()
    assert form.cleaned_data["photos"] == []


def test_too_many_or_too_large_pictures_are_refused_with_the_limit(settings: SimpleNamespace) -> None:
    settings.PHOTOS_AT_MOST, settings.PHOTO_BYTES = 2, 2 * 2**20
    given = {"words": "路灯", "who": "public"}
    assert Say(given, pictures(1, 1, 1)).errors["photos"] == ["最多 2 张，现在 3 张。"]
    assert Say(given, pictures(2 * 2**20 + 1)).errors["photos"] == ["「0.jpg」太大了，一张最多 2 MB。"]


def test_forms_of_other_packages_are_drawn_like_ours() -> None:
    class Foreign(django_forms.Form):
        login = django_forms.CharField(widget=django_forms.PasswordInput(attrs={"class": "theirs"}))

    assert 'class="input theirs"' in str(Foreign())
