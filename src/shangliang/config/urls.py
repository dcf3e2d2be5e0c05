"""Every address of the site. An address that begins with a tenant's slug runs inside that tenant."""

from __future__ import annotations

from django.urls import include, path

from shangliang.web.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("shangliang.people.urls")),  # sets up the second factor in allauth's place
    path("accounts/", include("allauth.urls")),
    path("operate/", include("shangliang.playbooks.urls")),
    path("s/", include("shangliang.publicity.slip_urls")),
    path("<slug:slug>/", include("shangliang.gathering.urls")),
    path("<slug:slug>/", include("shangliang.deliberation.urls")),
    path("<slug:slug>/", include("shangliang.delivery.urls")),
    path("<slug:slug>/desk/notices/", include("shangliang.notices.urls")),
    path("<slug:slug>/desk/studios/", include("shangliang.studios.urls")),
    path("<slug:slug>/desk/playbooks/", include("shangliang.playbooks.desk_urls")),
    path("<slug:slug>/desk/", include("shangliang.desk.urls")),
    path("<slug:slug>/", include("shangliang.voices.urls")),
    path("", include("shangliang.publicity.urls")),
]

handler400 = "shangliang.web.views.bad_request"
handler403 = "shangliang.web.views.forbidden"
handler404 = "shangliang.web.views.not_found"
handler500 = "shangliang.web.views.server_error"
