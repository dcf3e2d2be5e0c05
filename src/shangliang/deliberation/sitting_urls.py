"""The one screen of a meeting. The service worker lies here, because it answers only for pages beside and below it."""

from __future__ import annotations

from django.urls import path

from shangliang.deliberation.views import sitting, table

urlpatterns = [
    path("", sitting.sitting, name="sitting"),
    path("worker.js", sitting.worker, name="sitting_worker"),
    path("lines/", sitting.lines, name="lines"),
    path("strike/", sitting.strike_line, name="strike_line"),
    path("changes/", sitting.changes, name="changes"),
    path("table/", sitting.table, name="table"),
    path("part/<int:position>/", sitting.begin_part, name="begin_part"),
    path("items/", table.put_item, name="put_item"),
    path("items/<uuid:item_id>/", table.edit_item, name="edit_item"),
    path("items/<uuid:item_id>/settle/<slug:to>/", table.settle_item, name="settle_item"),
    path("items/<uuid:item_id>/reserve/", table.reserve, name="reserve_item"),
    path("items/<uuid:item_id>/reserve/<uuid:reservation_id>/back/", table.take_back, name="take_back_reservation"),
    path("items/<uuid:item_id>/hands/", table.count_hands, name="count_hands"),
    path("items/<uuid:item_id>/signing/", table.collect, name="collect"),
    path("items/<uuid:item_id>/ballot/", table.open_ballot, name="open_ballot"),
    path("ballots/<uuid:count_id>/close/", table.close_ballot, name="close_ballot"),
    path("questions/<uuid:question_id>/take/", table.take_question, name="take_question"),
    path("questions/<uuid:question_id>/leave-out/", table.leave_out, name="leave_out_question"),
]
