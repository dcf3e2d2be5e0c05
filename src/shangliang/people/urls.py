from django.urls import path

from shangliang.people import views

app_name = "people"
urlpatterns = [
    path("home/", views.home, name="home"),
    path("me/", views.me, name="me"),
    path("accounts/2fa/totp/activate/", views.ActivateTotp.as_view(), name="activate_totp"),  # before allauth's own
    path("<slug:slug>/desk/people/", views.bodies, name="bodies"),
    path("<slug:slug>/desk/people/bodies/new/", views.new_body, name="new_body"),
    path("<slug:slug>/desk/people/bodies/<uuid:body_id>/", views.body, name="body"),
    path("<slug:slug>/desk/people/bodies/<uuid:body_id>/seat/", views.give_seat, name="give_seat"),
    path("<slug:slug>/desk/people/seats/<uuid:seat_id>/end/", views.end_seat, name="end_seat"),
    path("<slug:slug>/desk/people/accounts/<uuid:account_id>/", views.account, name="account"),
    path("<slug:slug>/desk/people/accounts/<uuid:account_id>/reset/", views.reset, name="reset"),
    path("<slug:slug>/desk/people/accounts/<uuid:account_id>/active/", views.set_active, name="set_active"),
]
