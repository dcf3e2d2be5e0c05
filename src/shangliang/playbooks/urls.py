from django.urls import path

from shangliang.playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.operate, name="operate"),
    path("open/", views.open_tenant, name="open_tenant"),
    path("days/", views.days, name="days"),
]
