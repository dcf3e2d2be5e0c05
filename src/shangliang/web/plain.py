"""Pages for when something is wrong. Built without template, database or session, so that they cannot fail too."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shangliang.web.assets import address, shape
from shangliang.web.reading import Preferences

# Never written back into a page: what opens a door.
SECRET_FIELDS = ("password", "csrfmiddlewaretoken", "code", "token", "secret")
STYLES = ("tokens", "components", "more")


def page(request: HttpRequest, status: int, title: str, sentences: Iterable[str], form: str = "") -> HttpResponse:
    """A page that says what is wrong and what to do; for htmx, only the message, to stand where the answer would."""
    message = format_html(
        '<section class="error-summary" role="alert"><h1>{}</h1>{}</section>{}',
        title,
        format_html_join("", '<p class="mt-2">{}</p>', ((sentence,) for sentence in sentences)),
        form,
    )
    whole = message if request.headers.get("HX-Request") == "true" else _frame(request, title, message)
    response = HttpResponse(whole, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def again(request: HttpRequest, button: str) -> SafeString:
    """A form that sends the same fields once more, with the words in it shown; "" if there were none to keep.

    The form's own hidden key goes with it, so that what did arrive is not counted twice. Pictures
    cannot be put back into a form and are asked for again.
    """
    fields = typed(request)
    if not fields:
        return SafeString("")
    hidden = format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)
    words = format_html_join(
        "", '<p class="card mt-3 typed">{}</p>', ((text,) for _name, text in fields if _reads(text))
    )
    photos = format_html('<p class="hint mt-3">{}</p>', _("照片要重新选一次。")) if _had_files(request) else ""
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '{}<h2 class="mt-5">{}</h2>{}{}<p class="form-foot">'
        '<button class="btn btn-primary btn-lg">{}</button></p></form>',
        request.get_full_path(),
        get_token(request),
        hidden,
        _("您写的都还在"),
        words,
        photos,
        button,
    )


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The posted fields that may be shown again, in order; none from a sign-in or a body that could not be read."""
    if request.method != "POST" or request.path.startswith("/accounts/"):
        return []
    try:
        lists = list(request.POST.lists())
    except Exception:  # whatever broke the reading, the page saying so must not break too
        return []
    return [
        (name, value)
        for name, values in lists
        if not any(secret in name.lower() for secret in SECRET_FIELDS)
        for value in values
    ]


def _reads(text: str) -> bool:
    """Whether `text` is something a person wrote rather than a value of the form."""
    return len(text) > 3 and any(ord(char) > 0x2E7F for char in text)


def _had_files(request: HttpRequest) -> bool:
    return request.content_type == "multipart/form-data" and bool(request.FILES)


def _frame(request: HttpRequest, title: str, message: SafeString) -> SafeString:
    preferences = getattr(request, "reading", None) or Preferences()
    tenant = getattr(request, "tenant", None)
    home = f"/{tenant.slug}/" if tenant else "/"
    styles = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((address(f"web/{name}.css"),) for name in STYLES)
    )
    return format_html(
        '<!doctype html><html lang="{}" data-mode="{}"{}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><title>{}</title>{}</head><body>'
        '<header class="site-header"><div class="wrap"><a class="brand" href="{}">{}'
        "<span><b>{}</b></span></a></div></header>"
        '<main id="main" class="plain">{}<p class="mt-5"><a class="more" href="{}">{}</a></p></main></body></html>',
        preferences.html_lang,
        preferences.mode,
        "" if preferences.theme == "system" else format_html(' data-theme="{}"', preferences.theme),
        title,
        styles,
        home,
        shape("logo"),
        _("有事好商量"),
        message,
        home,
        _("回首页"),
    )
