from django.urls import path

from shangliang.people import views

app_name = "people"
urlpatterns = [path("home/", views.home, name="home")]
