"""The desk of a studio. The service worker lies here, because it answers only for pages beside and below it."""

from __future__ import annotations

from django.urls import path

from shangliang.studios.views import devices, reception

urlpatterns = [
    path("", reception.desk, name="reception"),
    path("number/", reception.number, name="take_number"),
    path("visitor/", reception.visitor, name="reception_visitor"),
    path("device/", devices.shell, name="reception_device"),
    path("worker.js", devices.worker, name="reception_worker"),
    path("manifest.json", devices.manifest, name="reception_manifest"),
    path("merge/", devices.merge, name="merge"),
    path("devices/", devices.listed, name="reception_devices"),
    path("devices/issue/", devices.issue, name="device_issue"),
    path("devices/<uuid:device_id>/codes/", devices.fill_up, name="device_codes"),
    path("devices/<uuid:device_id>/retire/", devices.retire, name="device_retire"),
    path("<uuid:reception_id>/call/", reception.call, name="reception_call"),
    path("<uuid:reception_id>/left/", reception.left, name="reception_left"),
    path("<uuid:reception_id>/slip/", reception.slip, name="reception_slip"),
    path("<uuid:reception_id>/note/", reception.note, name="reception_note"),
    path("<uuid:reception_id>/correct/", reception.correct, name="reception_correct"),
    path("<uuid:reception_id>/erase/", reception.erase, name="reception_erase"),
]
