"""Addresses below one topic at the desk: its page, its investigation, its gates."""

from __future__ import annotations

from django.urls import path

from shangliang.deliberation.views import gates, investigation, topic

urlpatterns = [
    path("", topic.topic, name="topic"),
    path("post/", gates.post, name="post_topic"),
    path("sides/new/", investigation.name_side, name="name_side"),
    path("sides/<uuid:side_id>/drop/", investigation.drop_side, name="drop_side"),
    path("sides/<uuid:side_id>/hear/", investigation.hear, name="hear"),
    path("hearings/<uuid:hearing_id>/withdraw/", investigation.withdraw_hearing, name="withdraw_hearing"),
    path("findings/new/", investigation.record_finding, name="record_finding"),
    path("findings/<uuid:finding_id>/withdraw/", investigation.withdraw_finding, name="withdraw_finding"),
    path("photos/<uuid:photo_id>/", investigation.finding_photo, name="finding_photo"),
    path("steps/<str:step>/", gates.step, name="step"),
    path("steps/<str:step>/approve/", gates.approve, name="approve_step"),
    path("steps/<str:step>/pass/", gates.pass_gate, name="pass_gate"),
]
