from django.urls import path

from shangliang.publicity.views import slip

app_name = "slip"
# The acts come before the code: no code can be one of their words, which are too short.
urlpatterns = [
    path("", slip.lookup, name="lookup"),
    path("add/", slip.add, name="add"),
    path("withdraw/", slip.withdraw, name="withdraw"),
    path("confirm/", slip.confirm, name="confirm"),
    path("send-back/", slip.send_back, name="send_back"),
    path("support/", slip.support, name="support"),
    path("<str:code>/", slip.thread, name="thread"),
]
