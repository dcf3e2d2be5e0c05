from django.urls import path

from shangliang.voices import views

app_name = "voices"
urlpatterns = [
    path("say/", views.say, name="say"),
    path("say/receipt/", views.receipt, name="receipt"),
    path("desk/voices/<uuid:voice_id>/erase/", views.erase, name="erase"),
    path("matters/<str:number>/support/", views.support, name="support"),
]
