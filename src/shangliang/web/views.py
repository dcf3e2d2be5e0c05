"""What a reader sees when something is wrong: words, the next step, and everything they had typed."""

from __future__ import annotations

import errno
import sqlite3
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from shangliang.web import plain

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler400`. Django also brings bodies that are too large here."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return too_large(request)
    return plain.page(request, 400, _("这个请求我们看不懂"), [_("退回上一页，再试一次。")])


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler403`. What the refusal said is shown as it is, if it said anything."""
    said = str(exception or "")
    return plain.page(request, 403, _("这一步您做不了"), [said or _("要是该您办的，请让您单位的管理员看看您的职责。")])


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """`handler404`. The same page for what is not there and for what may not be seen."""
    sentences = [_("网址可能抄错了，也可能这一页还没公开。"), _("手里有回执的，用回执码查，查得到办到哪一步。")]
    return plain.page(request, 404, _("没有这一页"), sentences)


def too_large(request: HttpRequest) -> HttpResponse:
    """413, for a body larger than we take. Its fields were never read, so they cannot be shown."""
    sentences = [
        _("照片太大、太多，或者字太多了，没有收到。"),
        _("退回上一页，少选几张，或者把字删短一些，再提交。"),
    ]
    return plain.page(request, 413, _("东西太大了"), sentences)


def too_many(request: HttpRequest, sentence: str = "") -> HttpResponse:
    """429, for views that found `limits.over_limit`. The typed text stays in the page."""
    words = sentence or _("这个网络上刚才提交得太多了，过几分钟再点一次。")
    return plain.page(request, 429, _("歇一会儿再提交"), [words], plain.again(request, _("再提交一次")))


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`. When it was the database or the disk that went away, a 503 that keeps the typed text."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    sentences = [_("是我们这边的毛病，不怪您。已经记下来了。"), _("过一会儿再试；急的话，打电话给我们。")]
    return plain.page(request, 500, _("出错了"), sentences, plain.again(request, _("再提交一次")))


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: nothing was kept, and nothing is lost as long as the page stays open."""
    if request.method == "POST":
        title, sentences = _("没存上"), [_("请别关这页，过一会儿再点一次提交。")]
    else:
        title, sentences = _("暂时打不开"), [_("过一会儿再刷新看看。")]
    response = plain.page(request, 503, title, sentences, plain.again(request, _("再提交一次")))
    response["Retry-After"] = "30"
    return response


def is_outage(error: BaseException | None) -> bool:
    """Whether `error`, or what caused it, means that the database is away or the disk is full."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError | sqlite3.OperationalError):
            return True
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            return True
        error = error.__cause__ or error.__context__
    return False


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """`CSRF_FAILURE_VIEW`. Mostly a page that lay open too long: the same fields, with a fresh token.

    What another site sent here is never offered for sending again.
    """
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") or "does not match" in reason:
        return plain.page(request, 403, _("没有收下"), [_("这份内容是从别的网站发来的。请在我们的页面上写。")])
    form = plain.again(request, _("再提交一次"))
    sentences = [_("这一页开得太久了，要再点一次才算数。")] if form else [_("退回上一页，刷新一下再试。")]
    return plain.page(request, 403, _("还没提交上"), sentences, form)
