"""The pages of importing; `urls` includes them."""

from __future__ import annotations

from django.urls import path

from shangliang.desk.views import imports

urlpatterns = [
    path("import/", imports.upload, name="import"),
    path("import/template/", imports.template, name="import_template"),
    path("import/<str:note>/", imports.look, name="import_check"),
    path("import/<str:note>/problems/", imports.problems, name="import_problems"),
]
