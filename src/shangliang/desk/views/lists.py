"""A body's work as a file to take along."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from shangliang.core import clock
from shangliang.desk.queries import list_of
from shangliang.desk.sheets import points_sheet
from shangliang.files.documents import XLSX
from shangliang.people.doors import StaffRequest, staff
from shangliang.people.models import Membership

AT_MOST = 5000  # rows of one file


@staff
def hand_overs(request: StaffRequest) -> HttpResponse:
    """The points handed to my bodies, one a row, as Excel. Members have none."""
    bodies = {seat.body_id for seat in request.actor.seats if seat.duty != Membership.Duty.MEMBER}
    if not bodies:
        raise Http404
    response = HttpResponse(points_sheet(list_of(bodies, AT_MOST)), content_type=XLSX)
    name = f"{_('交办清单')}-{clock.today():%Y%m%d}.xlsx"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Cache-Control"] = "private, no-store"
    return response
