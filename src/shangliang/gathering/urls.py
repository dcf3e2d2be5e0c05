from django.urls import path

from shangliang.gathering import views

app_name = "gathering"
urlpatterns = [
    path("matters/<str:number>/accept/", views.accept, name="accept"),
    path("matters/<str:number>/describe/", views.describe, name="describe"),
    path("matters/<str:number>/decline/", views.decline, name="decline"),
    path("matters/<str:number>/join/", views.join, name="join"),
    path("matters/<str:number>/take-out/", views.take_out, name="take_out"),
    path("matters/<str:number>/refer/", views.refer, name="refer"),
    path("matters/<str:number>/take-referral/", views.take_referral, name="take_referral"),
    path("matters/<str:number>/return-referral/", views.return_referral, name="return_referral"),
    path("matters/<str:number>/answer-referral/", views.answer_referral, name="answer_referral"),
]
