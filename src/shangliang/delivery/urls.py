from django.urls import path

from shangliang.delivery import views

app_name = "delivery"
urlpatterns = [
    path("desk/matters/<str:number>/hand-over/", views.hand_over, name="hand_over"),
    path("desk/matters/<str:number>/consensus/", views.consensus, name="consensus"),
    path("desk/matters/<str:number>/supervise/", views.supervise, name="supervise"),
    path("desk/matters/<str:number>/close/", views.close, name="close"),
    path("desk/matters/<str:number>/reopen/", views.reopen, name="reopen"),
    path("desk/hand-overs/<uuid:hand_over_id>/take/", views.take_in_hand, name="take_in_hand"),
    path("desk/hand-overs/<uuid:hand_over_id>/return/", views.return_, name="return"),
    path("desk/hand-overs/<uuid:hand_over_id>/progress/", views.progress, name="progress"),
    path("desk/hand-overs/<uuid:hand_over_id>/extend/", views.extend, name="extend"),
    path("desk/hand-overs/<uuid:hand_over_id>/reassign/", views.reassign, name="reassign"),
    path("desk/hand-overs/<uuid:hand_over_id>/reply/", views.reply, name="reply"),
    path("desk/hand-overs/<uuid:hand_over_id>/sign/", views.sign, name="sign"),
    path("desk/hand-overs/<uuid:hand_over_id>/send-draft-back/", views.send_draft_back, name="send_draft_back"),
    path("desk/hand-overs/<uuid:hand_over_id>/pass-back/", views.pass_back, name="pass_back"),
    path("desk/hand-overs/<uuid:hand_over_id>/link/", views.make_link, name="make_link"),
    path("desk/promises/<uuid:promise_id>/settle/", views.settle_promise, name="settle_promise"),
    path("desk/promises/<uuid:promise_id>/move/", views.move_promise, name="move_promise"),
    path("desk/people/bodies/<uuid:body_id>/close/", views.close_body, name="close_body"),
    path("reply/<str:token>/", views.by_link, name="by_link"),
]
