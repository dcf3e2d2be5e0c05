"""After signing in: to where one works."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from shangliang.people.queries import workplaces


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The one desk of somebody who sits in one tenant; a choice for the others."""
    tenants = workplaces(request.user)  # type: ignore[arg-type]
    if len(tenants) == 1:
        return redirect("desk:queue", slug=tenants[0].slug)
    return render(request, "people/home.html", {"tenants": tenants})
