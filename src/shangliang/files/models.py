"""Attachments: re-encoded, encrypted on disk, private until cleared."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.models import TenantModel, own_id


class Attachment(TenantModel):
    """A file. Its sealed bytes lie on disk (`storage`); rows that use it point to it."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("照片")
        DOCUMENT = "document", _("文件")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=120)  # how it was called, for the eyes of staff only
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes, before sealing
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    cleared_at = models.DateTimeField(null=True)  # staff have looked and let the public see it
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # lawfully: the bytes are gone, and the name

    class Meta(TenantModel.Meta):
        constraints = [own_id("files_attachment")]
