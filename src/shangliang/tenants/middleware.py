"""Entering the tenant named by the first part of the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django_scopes import scope

from shangliang.tenants.models import Tenant

View = Callable[..., HttpResponse]


class EnterTenant:
    """A view whose URL names a `slug` runs inside that tenant's scope, with `request.tenant` set.

    Everything else runs outside any scope, where a query on a tenant's table is an error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        slug = kwargs.pop("slug", None)
        if slug is None:
            return None
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            raise Http404
        request.tenant = tenant  # type: ignore[attr-defined]
        with scope(tenant=tenant):
            response = view(request, *args, **kwargs)
            # A template response is rendered after this method: do it while the tenant is entered.
            if hasattr(response, "render") and callable(response.render):
                response.render()
            return response
