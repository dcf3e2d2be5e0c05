"""Answering with a file. Which address leads to it, and who may see it, is for the room that uses it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from shangliang.files import documents, storage
from shangliang.files.models import Attachment

ENDINGS = {"image/jpeg": "jpg", documents.PDF: "pdf", documents.DOCX: "docx", documents.XLSX: "xlsx"}
# Short, because a withdrawn photo is gone from every cache after it.
PUBLIC_SECONDS = 300


def respond_with(
    request: HttpRequest, attachment: Attachment, *, public: bool, size: storage.Size = "full"
) -> HttpResponse:
    """The file itself, or 304 if the browser has it.

    `public` says that anyone may see this answer: then an attachment that staff have not cleared
    is a 404 (as one lawfully erased is to everybody), a document goes out under a neutral name, and the answer may be cached. Without it
    the caller has made sure that whoever asks is handling the matter, and nothing is cached.
    """
    if attachment.erased_at is not None or (public and attachment.cleared_at is None):
        raise Http404
    etag = f'"{attachment.id}-{size}"' if public else None
    answer = get_conditional_response(request, etag=etag) if etag else None
    if answer is None:
        answer = HttpResponse(storage.read(attachment, size), content_type=attachment.media_type)
        answer["Content-Disposition"] = _disposition(attachment, public)
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if etag:
        answer["ETag"] = etag
    answer["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}" if public else "private, no-store"
    return answer


def _disposition(attachment: Attachment, public: bool) -> str:
    """Photos show in the page; documents are saved. A file's own name may name a person: staff only."""
    if attachment.kind == Attachment.Kind.PHOTO:
        return "inline"
    stem = _("附件") if public else attachment.name.rpartition(".")[0] or attachment.name
    return content_disposition_header(True, f"{stem}.{ENDINGS[attachment.media_type]}") or "attachment"
