"""What the pages are measured against: a bare list and a bare form, under the same settings and middleware.

Loaded by the server in place of `shangliang.config.wsgi`. Only the addresses differ from the real site.
"""

# ruff: noqa: E402 (Django has to be set up between two imports)
from __future__ import annotations

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shangliang.config.settings")
settings.ROOT_URLCONF = __name__
django.setup()

from django import forms
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

from shangliang.matters.models import Matter


class Note(models.Model):
    """The one row."""

    words = models.TextField()

    class Meta:
        app_label = "web"
        db_table = "bench_floor_note"


class NoteForm(forms.Form):
    words = forms.CharField(max_length=2000)


LIST = engines["django"].from_string(
    "<!doctype html><html><head><meta charset=utf-8><title>Matters</title></head><body><h1>Matters</h1><ul>"
    "{% for matter in matters %}<li><a href='/{{ matter.number }}/'>{{ matter.title }}</a> "
    "{{ matter.get_status_display }} {{ matter.raised_at|date:'Y-m-d' }} {{ matter.supporters }}</li>"
    "{% endfor %}</ul></body></html>"
)
FORM = engines["django"].from_string(
    "<!doctype html><html><body><form method=post>{% csrf_token %}{{ form }}<button>Send</button></form></body></html>"
)


def rows(request: HttpRequest) -> HttpResponse:
    """Twenty matters through the ORM and a plain template."""
    matters = Matter.objects.filter(is_public=True, lead=None).order_by("-raised_at", "id")[:20]
    return HttpResponse(LIST.render({"matters": matters}, request))


def note(request: HttpRequest) -> HttpResponse:
    """A form, and one row inserted in a transaction."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Note.objects.create(words=form.cleaned_data["words"])
        return HttpResponseRedirect("./")
    return HttpResponse(FORM.render({"form": form}, request))


if Note._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Note)
urlpatterns = [path("<slug:slug>/rows/", rows), path("<slug:slug>/note/", note)]
application = get_wsgi_application()
