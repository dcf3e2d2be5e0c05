from django.urls import path

from shangliang.notices import views

app_name = "notices"
urlpatterns = [path("", views.mine, name="mine")]
