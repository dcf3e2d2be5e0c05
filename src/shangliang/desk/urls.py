from django.urls import include, path

from shangliang.desk.views import calendar, enter, lists, matters, morning, queue

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("morning/", morning.page, name="morning"),
    path("morning/phone/<uuid:turn_id>/", morning.phone, name="morning_phone"),
    path("matters/", queue.matters, name="matters"),
    path("matters/<str:number>/", matters.matter, name="matter"),
    path("enter/", enter.enter, name="enter"),
    path("slips/", enter.lost_slip, name="lost_slip"),
    path("voices/<uuid:voice_id>/receipt/", enter.receipt, name="receipt"),
    path("voices/<uuid:voice_id>/letter/", enter.letter, name="letter"),
    path("voices/<uuid:voice_id>/reissue/", enter.reissue, name="reissue"),
    path("voices/<uuid:voice_id>/contact/", matters.contact, name="contact"),
    path("voices/<uuid:voice_id>/let-through/", matters.let_through, name="let_through"),
    path("voices/<uuid:voice_id>/words/", matters.clear_words, name="clear_words"),
    path("photos/<uuid:photo_id>/", matters.photo, name="photo"),
    path("files/<uuid:file_id>/", matters.reply_file, name="reply_file"),
    path("hand-overs.xlsx", lists.hand_overs, name="hand_overs"),
    path("", include("shangliang.desk.import_urls")),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/back/", calendar.take_back, name="take_back"),
    path("calendar/anew/", calendar.count_anew, name="count_anew"),
]
