from django.urls import path

from shangliang.playbooks import desk_views

app_name = "ways"
urlpatterns = [
    path("", desk_views.playbooks, name="playbooks"),
    path("new/", desk_views.try_out, name="try"),
    path("schema/", desk_views.schema_file, name="schema"),
    path("adopt/", desk_views.adopt, name="adopt"),
]
